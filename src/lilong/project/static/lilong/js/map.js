// <lilong-map>: a map that is opened only when asked for, drawn from our own boundaries, without anyone's tiles.
// mode="pick": the crosshair writes into the inputs named by latitude= and longitude=; arrow keys move it.
// mode="show": the points of the list named by twin= (its elements with data-latitude and data-longitude).
// Everything a map says stands in its list twin or its form fields; without WebGL the page is complete without it.

const chinese = document.documentElement.lang.startsWith('zh');
const say = (zh, en) => (chinese ? zh : en);
const colour = (name) => getComputedStyle(document.documentElement).getPropertyValue(name).trim();
const EMPTY = { type: 'FeatureCollection', features: [] };

class LilongMap extends HTMLElement {
  connectedCallback() {
    if (this.button) return;
    this.button = document.createElement('button');
    this.button.type = 'button';
    this.button.className = 'btn';
    this.button.textContent = this.mode === 'pick' ? say('在地图上指', 'Point on a map') : say('打开地图', 'Open the map');
    this.button.addEventListener('click', () => this.open());
    this.line = document.createElement('p');
    this.line.className = 'hint';
    this.line.setAttribute('role', 'status');
    this.append(this.button, this.line);
  }

  disconnectedCallback() {
    this.map?.remove();
  }

  get mode() {
    return this.getAttribute('mode') === 'pick' ? 'pick' : 'show';
  }

  async open() {
    this.button.disabled = true;
    this.line.textContent = say('正在打开地图…', 'Opening the map…');
    try {
      if (!document.createElement('canvas').getContext('webgl2')) throw new Error('no WebGL');
      const [engine, ground] = await Promise.all([import(this.getAttribute('engine')), this.ground()]);
      engine.setWorkerUrl(new URL(this.getAttribute('worker'), location.href).href);
      this.draw(engine, ground);
    } catch {
      this.room?.remove();
      this.line.textContent = this.mode === 'pick'
        ? say('这台设备打不开地图，写地址就可以，不影响提交。', 'This device cannot open the map. The address is enough; you can go on.')
        : say('这台设备打不开地图，同样的内容都在列表里。', 'This device cannot open the map. The list has the same content.');
    }
  }

  async ground() {
    const address = this.getAttribute('boundaries');
    if (!address) return EMPTY;
    const response = await fetch(address, { headers: { Accept: 'application/geo+json, application/json' } });
    return response.ok ? response.json() : EMPTY;
  }

  draw(engine, ground) {
    this.room = document.createElement('div');
    this.room.className = 'map-room';
    this.insertBefore(this.room, this.line);
    this.map = new engine.Map({
      container: this.room, style: this.style_(ground), attributionControl: false, dragRotate: false, pitchWithRotate: false,
      touchPitch: false, center: this.start(), zoom: Number(this.getAttribute('zoom') || 14), fadeDuration: 0,
      locale: { 'Map.Title': say('地图', 'Map') },
    });
    this.map.touchZoomRotate.disableRotation();
    this.map.keyboard.disableRotation();
    this.map.on('error', () => {});
    this.label(ground);
    if (this.mode === 'pick') this.pick();
    else this.show(engine, ground);
    this.button.hidden = true;
    this.zoomButtons();
  }

  style_(ground) {
    return {
      version: 8,
      sources: { ground: { type: 'geojson', data: ground } },
      layers: [
        { id: 'sunk', type: 'background', paint: { 'background-color': colour('--sunk') } },
        { id: 'area', type: 'fill', source: 'ground', filter: ['==', ['geometry-type'], 'Polygon'], paint: { 'fill-color': colour('--paper') } },
        { id: 'edge', type: 'line', source: 'ground', paint: { 'line-color': colour('--edge'), 'line-width': 1.2 } },
      ],
    };
  }

  start() {
    const [latitude, longitude] = [this.input('latitude'), this.input('longitude')].map((i) => parseFloat(i?.value));
    if (Number.isFinite(latitude) && Number.isFinite(longitude)) return [longitude, latitude];
    return (this.getAttribute('centre') || '121.4737,31.2304').split(',').map(Number);
  }

  input(name) {
    return document.getElementById(this.getAttribute(name) || '');
  }

  label(ground) {
    const note = document.createElement('p');
    note.className = 'map-note';
    note.textContent = this.getAttribute('note') || say('示意边界（演示数据）', 'Schematic boundaries (demo data)');
    if (!ground.features.length) note.textContent = say('没有边界数据', 'No boundaries');
    this.room.append(note);
  }

  pick() {
    const cross = document.createElementNS('http://www.w3.org/2000/svg', 'svg');
    const path = document.createElementNS('http://www.w3.org/2000/svg', 'path');
    cross.setAttribute('viewBox', '0 0 40 40');
    cross.setAttribute('class', 'map-cross');
    cross.setAttribute('aria-hidden', 'true');
    path.setAttribute('d', 'M20 2v14M20 24v14M2 20h14M24 20h14M20 14a6 6 0 1 0 0 12 6 6 0 1 0 0-12');
    cross.append(path);
    this.room.append(cross);
    this.map.on('moveend', () => this.write());
    this.map.getCanvas().setAttribute('aria-label', say('地图：方向键移动，加减号缩放，准星处就是选的地方', 'Map: arrow keys move, plus and minus zoom; the crosshair is the chosen place'));
    this.line.textContent = say('拖动地图，或用方向键，把准星对准地方。', 'Drag the map, or use the arrow keys, until the crosshair is on the place.');
    document.addEventListener('lilong:placed', ({ detail }) => this.map.jumpTo({ center: [detail.longitude, detail.latitude], zoom: 17 }));
  }

  write() {
    const { lat, lng } = this.map.getCenter();
    for (const [name, value] of [['latitude', lat], ['longitude', lng]]) {
      const input = this.input(name);
      if (!input) continue;
      input.value = value.toFixed(6);
      input.dispatchEvent(new Event('input', { bubbles: true }));
    }
    const centre = this.map.project([lng, lat]);
    const area = this.map.queryRenderedFeatures(centre, { layers: ['area'] })[0]?.properties.name || '';
    const where = say(`北纬 ${lat.toFixed(5)}、东经 ${lng.toFixed(5)}`, `${lat.toFixed(5)} N, ${lng.toFixed(5)} E`);
    this.line.textContent = say(`准星在${area && `${area}，`}${where}，已记下。`, `The crosshair is ${area && `in ${area}, `}at ${where}: noted.`);
  }

  show(engine, ground) {
    const twin = document.getElementById(this.getAttribute('twin') || '');
    const points = [...(twin?.querySelectorAll('[data-latitude]') || [])];
    const bounds = new engine.LngLatBounds();
    for (const point of points) {
      const at = [Number(point.dataset.longitude), Number(point.dataset.latitude)];
      bounds.extend(at);
      new engine.Marker({ element: this.pin(point) }).setLngLat(at).addTo(this.map);
    }
    if (!points.length) for (const corner of corners(ground)) bounds.extend(corner);
    if (!bounds.isEmpty()) this.map.fitBounds(bounds, { padding: 40, maxZoom: 16, animate: false });
    this.map.getCanvas().setAttribute('aria-label', say('地图，内容与列表相同', 'Map, with the content of the list'));
    this.line.textContent = say(`地图上 ${points.length} 处，与列表相同。`, `${points.length} places on the map, the same as in the list.`);
  }

  pin(point) {
    const link = point.querySelector('a[href]');
    const pin = document.createElement(link ? 'a' : 'span');
    pin.className = 'map-pin';
    pin.textContent = point.dataset.mark || '';
    if (link) pin.href = link.href;
    pin.setAttribute('aria-label', (point.dataset.title || link?.textContent || '').trim());
    if (point.classList.contains('on')) pin.setAttribute('aria-current', 'true');
    return pin;
  }

  zoomButtons() {
    const row = document.createElement('p');
    row.className = 'btns';
    for (const [text, name, act] of [['+', say('放大', 'Zoom in'), 'zoomIn'], ['−', say('缩小', 'Zoom out'), 'zoomOut']]) {
      const button = document.createElement('button');
      button.type = 'button';
      button.className = 'btn';
      button.textContent = `${text} ${name}`;
      button.addEventListener('click', () => this.map[act]({ animate: !matchMedia('(prefers-reduced-motion: reduce)').matches }));
      row.append(button);
    }
    this.room.after(row);
  }
}

function* corners(ground) {
  for (const feature of ground.features) {
    const rings = feature.geometry.type === 'MultiPolygon' ? feature.geometry.coordinates.flat() : feature.geometry.coordinates;
    for (const ring of rings) yield* ring;
  }
}

customElements.define('lilong-map', LilongMap);
