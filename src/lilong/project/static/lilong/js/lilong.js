// Small conveniences on every page. Nothing here is needed: each part adds to a page that already works without it.

const chinese = document.documentElement.lang.startsWith('zh');
export const say = (zh, en) => (chinese ? zh : en);

const LARGEST = 400 * 1024;
const LONGEST_SIDE = 1600;

// ---- a status line that screen readers hear ----

export function status(beside, text) {
  let line = beside.nextElementSibling;
  if (!line || !line.matches('[data-status]')) {
    line = document.createElement('p');
    line.className = 'hint';
    line.dataset.status = '';
    line.setAttribute('role', 'status');
    beside.after(line);
  }
  line.textContent = text;
}

// ---- photos are shrunk on the phone; drawing them anew leaves position and device behind ----

const shrinking = new WeakMap();

document.addEventListener('change', (event) => {
  const input = event.target;
  if (!input.matches?.('input[type="file"][accept^="image/"]') || !input.files.length) return;
  status(input.closest('.file') || input, say('正在缩小照片…', 'Making the pictures smaller…'));
  shrinking.set(input, shrinkAll(input).finally(() => shrinking.delete(input)));
});

document.addEventListener('submit', (event) => {
  const form = event.target;
  const waiting = [...form.querySelectorAll('input[type="file"]')].map((i) => shrinking.get(i)).filter(Boolean);
  if (!waiting.length) return;
  event.preventDefault();
  event.stopImmediatePropagation();
  const submitter = event.submitter;
  Promise.allSettled(waiting).then(() => form.requestSubmit(submitter));
}, true);

async function shrinkAll(input) {
  const place = input.closest('.file') || input;
  try {
    const chosen = new DataTransfer();
    for (const file of input.files) chosen.items.add(await shrink(file));
    input.files = chosen.files;
    const kb = Math.ceil([...chosen.files].reduce((sum, file) => sum + file.size, 0) / 1024);
    status(place, say(
      `${chosen.files.length} 张，共 ${kb} KB；照片里的位置信息已去掉。`,
      `${chosen.files.length} pictures, ${kb} KB in all; the position inside them is removed.`));
  } catch {
    status(place, say('照片没能缩小，会照原样发送，收到后再去掉位置信息。',
      'The pictures could not be made smaller; they go as they are and lose their position on arrival.'));
  }
}

async function shrink(file) {
  const picture = await createImageBitmap(file, { imageOrientation: 'from-image' });
  const canvas = document.createElement('canvas');
  let side = LONGEST_SIDE;
  for (let quality = 0.82; ; quality -= 0.12) {
    const scale = Math.min(1, side / Math.max(picture.width, picture.height));
    canvas.width = Math.max(1, Math.round(picture.width * scale));
    canvas.height = Math.max(1, Math.round(picture.height * scale));
    canvas.getContext('2d').drawImage(picture, 0, 0, canvas.width, canvas.height);
    const blob = await new Promise((done) => canvas.toBlob(done, 'image/jpeg', Math.max(quality, 0.45)));
    if (blob.size <= LARGEST || side < 400) {
      return new File([blob], file.name.replace(/\.[^.]*$/, '') + '.jpg', { type: 'image/jpeg' });
    }
    if (quality < 0.5) side *= 0.75;
  }
}

// ---- elements ----

// <lilong-here latitude="id" longitude="id">: a button that fills the two inputs with the present position, once.
class Here extends HTMLElement {
  connectedCallback() {
    if (!('geolocation' in navigator) || this.querySelector('button')) return;
    const button = document.createElement('button');
    button.type = 'button';
    button.className = 'btn';
    button.textContent = say('用我现在的位置', 'Use my position');
    button.addEventListener('click', () => this.locate(button));
    this.append(button);
  }

  locate(button) {
    status(button, say('正在定位…', 'Finding your position…'));
    navigator.geolocation.getCurrentPosition(
      ({ coords }) => {
        this.fill('latitude', coords.latitude);
        this.fill('longitude', coords.longitude);
        this.fill('accuracy', coords.accuracy);
        const metres = Math.round(coords.accuracy);
        status(button, say(`已定位，误差约 ${metres} 米。地址也请写一句，师傅好找。`,
          `Position taken, within about ${metres} m. Please add a word on the address too.`));
        this.dispatchEvent(new CustomEvent('lilong:placed', { bubbles: true, detail: coords }));
      },
      () => status(button, say('没能定位。写地址就可以，不影响提交。',
        'No position. The address is enough; you can go on.')),
      { enableHighAccuracy: true, timeout: 10000, maximumAge: 60000 });
  }

  fill(name, value) {
    const input = document.getElementById(this.getAttribute(name) || '');
    if (!input) return;
    input.value = name === 'accuracy' ? value.toFixed(0) : value.toFixed(6);
    input.dispatchEvent(new Event('input', { bubbles: true }));
  }
}

// <lilong-copy text="…">: copies the text.   <lilong-print>: prints the page.
class Tool extends HTMLElement {
  connectedCallback() {
    if (this.querySelector('button')) return;
    const button = document.createElement('button');
    button.type = 'button';
    button.className = 'btn';
    button.append(...this.childNodes);
    button.addEventListener('click', () => this.act(button));
    this.append(button);
    this.hidden = false;
  }
}

class Copy extends Tool {
  async act(button) {
    const text = this.getAttribute('text');
    try {
      await navigator.clipboard.writeText(text);
      status(button, say('已复制', 'Copied'));
    } catch {
      status(button, say(`请长按复制：${text}`, `Press and hold to copy: ${text}`));
    }
  }
}

class Print extends Tool {
  act() {
    window.print();
  }
}

customElements.define('lilong-here', Here);
customElements.define('lilong-copy', Copy);
customElements.define('lilong-print', Print);

// ---- the error summary takes the focus, so that a screen reader starts there ----

document.querySelector('[data-lilong-errors]')?.focus();

// ---- signing out leaves nothing on the device ----

document.addEventListener('submit', (event) => {
  const form = event.target;
  if (!form.matches('[data-lilong-wipe]') || form.dataset.wiped) return;
  event.preventDefault();
  const gone = [
    new Promise((done) => {
      const request = indexedDB.deleteDatabase('lilong');
      request.onsuccess = request.onerror = request.onblocked = done;
    }),
    'caches' in window ? caches.delete('lilong-pages') : null,
  ];
  Promise.allSettled(gone).then(() => {
    form.dataset.wiped = 'yes';
    form.submit();
  });
});

// The drawing of a scenario: the step that is being changed comes into sight.
const drawnStep = document.querySelector('.lanes [aria-current]');
if (drawnStep) {
  const room = drawnStep.closest('.lanes-w');
  const step = drawnStep.getBoundingClientRect();
  const frame = room.getBoundingClientRect();
  room.scrollTo(step.left - frame.left - (frame.width - step.width) / 2,
    step.top - frame.top - (frame.height - step.height) / 2);
}
