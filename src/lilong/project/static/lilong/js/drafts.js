// Drafts and the outbox: what is written on a phone survives a closed browser and a missing network, and is sent once.
// Text waits in IndexedDB: drafts for 72 hours, unsent forms for 7 days (as long as the platform knows their keys).

const DRAFT_FOR = 72 * 3600 * 1000;
const UNSENT_FOR = 7 * 24 * 3600 * 1000;
const RETRY_EVERY = 20 * 1000;
const PROBE_WITHIN = 4000;

const chinese = document.documentElement.lang.startsWith('zh');
const say = (zh, en) => (chinese ? zh : en);
const who = document.documentElement.dataset.who || '';

// ---- the two stores ----

let opened;

function database() {
  opened ||= new Promise((done, fail) => {
    const request = indexedDB.open('lilong', 1);
    request.onupgradeneeded = () => {
      request.result.createObjectStore('drafts', { keyPath: 'id' });
      request.result.createObjectStore('outbox', { keyPath: 'id' });
    };
    request.onsuccess = () => {
      // Signing out deletes the database from another page: let it.
      request.result.onversionchange = () => request.result.close();
      done(request.result);
    };
    request.onerror = () => fail(request.error);
  });
  return opened;
}

async function run(store, mode, work) {
  const transaction = (await database()).transaction(store, mode, { durability: 'strict' });
  const request = work(transaction.objectStore(store));
  return new Promise((done, fail) => {
    transaction.oncomplete = () => done(request.result);
    transaction.onerror = transaction.onabort = () => fail(transaction.error);
  });
}

const put = (store, item) => run(store, 'readwrite', (s) => s.put(item));
const get = (store, id) => run(store, 'readonly', (s) => s.get(id));
const drop = (store, id) => run(store, 'readwrite', (s) => s.delete(id));
const mine = async (store) => (await run(store, 'readonly', (s) => s.getAll())).filter((item) => item.who === who);

async function dropOld() {
  for (const [store, age] of [['drafts', DRAFT_FOR], ['outbox', UNSENT_FOR]]) {
    for (const item of await run(store, 'readonly', (s) => s.getAll())) {
      if (Date.now() - item.at > age) await drop(store, item.id);
    }
  }
}

function newKey() {
  if (crypto.randomUUID) return crypto.randomUUID();
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  bytes[6] = (bytes[6] & 0x0f) | 0x40;
  bytes[8] = (bytes[8] & 0x3f) | 0x80;
  const hex = [...bytes].map((byte) => byte.toString(16).padStart(2, '0')).join('');
  return hex.replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, '$1-$2-$3-$4-$5');
}

async function reachable() {
  if (navigator.onLine === false) return false;
  const manifest = document.querySelector('link[rel="manifest"]');
  const controller = new AbortController();
  const timer = setTimeout(() => controller.abort(), PROBE_WITHIN);
  try {
    await fetch(manifest.href, { method: 'HEAD', cache: 'no-store', signal: controller.signal });
    return true;
  } catch {
    return false;
  } finally {
    clearTimeout(timer);
  }
}

// ---- sending ----

// One sender at a time over all tabs, so that no entry goes twice; were it to, its key makes the second a repeat.
function sendAll() {
  const work = async () => {
    const waiting = (await mine('outbox')).filter((item) => !item.refused).sort((a, b) => a.at - b.at);
    for (const item of waiting) if (!(await send(item))) break;
  };
  return navigator.locks ? navigator.locks.request('lilong-outbox', { ifAvailable: true }, (lock) => lock && work()) : work();
}

// A refusal is asked for as a problem (RFC 9457), so that being led to a sign-in page never reads as having been sent.
async function send(item) {
  try {
    const token = (await freshToken(item.page)) ?? (await freshToken(item.url));
    const body = new FormData();
    for (const [name, value] of item.entries) body.append(name, name === 'csrfmiddlewaretoken' ? token ?? value : value);
    const response = await fetch(item.url, { method: 'POST', body, headers: { Accept: 'application/json' } });
    if (response.status >= 500 || response.status === 429) return false;
    if (response.status === 401) {
      await put('outbox', { ...item, waits: 'sign-in' });
      announce({});
      return false;
    }
    if (response.ok && response.redirected) {
      await drop('outbox', item.id);
      announce({ sent: { title: item.title, url: response.url } });
    } else {
      await put('outbox', { ...item, refused: (await reason(response)) || true });
      announce({});
    }
    return true;
  } catch {
    return false;
  }
}

async function reason(response) {
  if (!(response.headers.get('Content-Type') || '').includes('json')) return '';
  return (await response.json()).detail || '';
}

// The token in a kept form may be older than the present session: read it anew from the page the form stands on.
async function freshToken(page) {
  const response = await fetch(page, { headers: { Accept: 'text/html' } });
  if (!response.ok) return null;
  const text = new DOMParser().parseFromString(await response.text(), 'text/html');
  return text.querySelector('input[name="csrfmiddlewaretoken"]')?.value ?? null;
}

const announce = (detail) => document.dispatchEvent(new CustomEvent('lilong:outbox', { detail }));

// ---- <lilong-draft name="…" [data-outbox] [data-now] [data-done] [data-worker] [data-title]>: around one form ----

class Draft extends HTMLElement {
  connectedCallback() {
    this.id_ = `${who}|${this.getAttribute('name')}`;
    if ('worker' in this.dataset) navigator.serviceWorker?.register(this.dataset.worker).catch(() => {});
    if ('done' in this.dataset) {
      drop('drafts', this.id_).catch(() => {});
      return;
    }
    this.form = this.querySelector('form');
    if (!this.form) return;
    this.restore().catch(() => {});
    this.form.addEventListener('input', () => {
      clearTimeout(this.timer);
      this.timer = setTimeout(() => this.save().catch(() => {}), 400);
    });
    if ('outbox' in this.dataset) this.form.addEventListener('submit', (event) => this.leave(event));
  }

  fields() {
    return [...this.form.elements].filter((f) => f.name && !['hidden', 'password', 'file', 'submit', 'button'].includes(f.type));
  }

  async save() {
    const values = this.fields().map((f) => [f.name, f.value, f.type === 'radio' || f.type === 'checkbox' ? f.checked : null]);
    const old = await get('drafts', this.id_);
    const kept = (old?.values || []).filter(([name]) => !values.some(([other]) => other === name));
    await put('drafts', { id: this.id_, who, at: Date.now(), values: [...kept, ...values] });
  }

  async restore() {
    const draft = await get('drafts', this.id_);
    if (!draft || Date.now() - draft.at > DRAFT_FOR) return;
    const changed = this.fields().filter((field) => this.fill(field, draft.values));
    if (changed.length) this.tell(say('上次没写完的已经填好。', 'What you had begun is filled in again.'), true);
  }

  fill(field, values) {
    const ticked = field.type === 'radio' || field.type === 'checkbox';
    const found = values.find(([name, value]) => name === field.name && (!ticked || value === field.value));
    if (!found) return false;
    if (ticked) {
      if (!found[2] || field.checked) return false;
      field.checked = true;
      return true;
    }
    if (field.value || !found[1]) return false;
    field.value = found[1];
    return true;
  }

  async leave(event) {
    if (this.dataset.passed) return;
    event.preventDefault();
    const submitter = event.submitter;
    if (!('now' in this.dataset) && (await reachable())) return this.pass(submitter);
    const empty = this.fields().find((f) => f.required && !f.value.trim());
    if (empty) {
      this.tell(say('还有必填的没写。', 'Something required is still empty.'));
      empty.focus();
      return;
    }
    await this.store(submitter);
  }

  pass(submitter) {
    this.dataset.passed = 'yes';
    setTimeout(() => delete this.dataset.passed, 2000);
    if (this.form.requestSubmit) this.form.requestSubmit(submitter);
    else this.form.submit();
  }

  async store(submitter) {
    const key = this.form.elements.namedItem('key');
    if (key && !key.value) key.value = newKey();
    const data = new FormData(this.form);
    if (submitter?.name) data.append(submitter.name, submitter.value);
    const item = {
      id: key?.value || newKey(), who, at: Date.now(), url: this.form.action, page: location.href,
      title: this.dataset.title || document.title, entries: [...data.entries()],
    };
    try {
      await put('outbox', item);
      await drop('drafts', this.id_);
    } catch {
      this.tell(say('这台手机存不下了，请不要关这一页，或打 12345。', 'This phone has no room left: keep this page open, or call 12345.'));
      return;
    }
    if (key) key.value = '';
    this.form.reset();
    this.tell(say('已存在这台手机，有网自动送出，不会送两遍。', 'Kept on this phone. It goes out by itself when there is a network, once.'));
    announce({});
    sendAll();
  }

  tell(text, removable = false) {
    this.note?.remove();
    this.note = document.createElement('div');
    this.note.className = 'notice';
    this.note.setAttribute('role', 'status');
    const words = document.createElement('div');
    words.textContent = text;
    this.note.append(words);
    if (removable) this.note.append(this.remover());
    this.form.before(this.note);
    if (!removable) this.note.scrollIntoView({ block: 'center' });
  }

  remover() {
    const button = document.createElement('button');
    button.type = 'button';
    button.className = 'btn btn-bare';
    button.textContent = say('不要草稿', 'Discard the draft');
    button.addEventListener('click', async () => {
      await drop('drafts', this.id_);
      this.form.reset();
      this.note.remove();
    });
    return button;
  }
}

// ---- <lilong-outbox>: what still waits on this phone ----

class Outbox extends HTMLElement {
  connectedCallback() {
    this.setAttribute('role', 'status');
    this.show = (event) => this.draw(event?.detail?.sent);
    document.addEventListener('lilong:outbox', this.show);
    this.show();
  }

  disconnectedCallback() {
    document.removeEventListener('lilong:outbox', this.show);
  }

  async draw(sent) {
    const items = await mine('outbox').catch(() => []);
    const notices = items.map((item) => this.notice(item));
    if (sent) notices.unshift(this.delivered(sent));
    this.replaceChildren(...notices);
  }

  notice(item) {
    const words = document.createElement('div');
    const title = document.createElement('b');
    const line = document.createElement('p');
    title.textContent = item.refused ? say(`没有被接受：${item.title}`, `Not accepted: ${item.title}`) : say(`还没送出：${item.title}`, `Not sent yet: ${item.title}`);
    line.className = 's quiet';
    const when = new Date(item.at).toLocaleString(document.documentElement.lang, { dateStyle: 'medium', timeStyle: 'short' });
    line.textContent = this.line(item, when);
    words.append(title, line);
    const notice = this.frame(words);
    if (item.refused) {
      notice.classList.add('n-soon');
      words.append(this.text(item), this.link(item.page, say('打开那一页', 'Open its page')));
      notice.append(this.deleter(item));
    }
    return notice;
  }

  line(item, when) {
    if (typeof item.refused === 'string') return item.refused;
    if (item.refused) return say('打开那一页看原因；写的内容还在这里。', 'Open its page to see why; what you wrote is still here.');
    if (item.waits) return say('登录后自动送出。', 'Goes out by itself once you are signed in.');
    return say(`${when} 存在这台手机，有网自动送出。`, `Kept on this phone at ${when}; goes out by itself.`);
  }

  text(item) {
    const list = document.createElement('p');
    list.className = 's';
    const shown = item.entries.filter(([name, value]) => typeof value === 'string' && value && !['csrfmiddlewaretoken', 'key', 'version'].includes(name));
    list.textContent = shown.map(([, value]) => value).join(' · ');
    return list;
  }

  delivered(sent) {
    const words = document.createElement('div');
    const title = document.createElement('b');
    title.textContent = say(`已送达：${sent.title}`, `Sent: ${sent.title}`);
    words.append(title, this.link(sent.url, say('看回执', 'See the receipt')));
    const notice = this.frame(words);
    notice.classList.add('n-done');
    return notice;
  }

  link(href, text) {
    const link = document.createElement('a');
    link.className = 'crumb';
    link.href = href;
    link.textContent = text;
    return link;
  }

  frame(words) {
    const notice = document.createElement('div');
    notice.className = 'notice';
    notice.append(words);
    return notice;
  }

  deleter(item) {
    const button = document.createElement('button');
    button.type = 'button';
    button.className = 'btn btn-bare';
    button.textContent = say('删掉', 'Delete');
    button.addEventListener('click', () => drop('outbox', item.id).then(() => announce({})));
    return button;
  }
}

customElements.define('lilong-draft', Draft);
customElements.define('lilong-outbox', Outbox);

dropOld().then(sendAll).catch(() => {});
for (const sign of ['online', 'pageshow', 'focus']) addEventListener(sign, () => sendAll().catch(() => {}));
setInterval(() => sendAll().catch(() => {}), RETRY_EVERY);
