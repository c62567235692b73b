// The dispatcher's keyboard: J K up and down, and every key that a button on the page shows on itself.
// Keys are only shortcuts to links and buttons that stand on the page; they can be switched off (WCAG 2.1.4).

const OFF = 'lilong-keys-off';
const WIDE = matchMedia('(min-width: 64em)');
const chinese = document.documentElement.lang.startsWith('zh');

class Queue extends HTMLElement {
  connectedCallback() {
    this.onKey = (event) => this.press(event);
    document.addEventListener('keydown', this.onKey);
    // On a narrow page a row opens as a page of its own: keep htmx from swapping a panel that is not shown there.
    this.addEventListener('click', (event) => this.choose(event), true);
    this.offerSwitch();
  }

  disconnectedCallback() {
    document.removeEventListener('keydown', this.onKey);
  }

  choose(event) {
    const link = event.target.closest('[data-open]');
    if (!link) return;
    if (!WIDE.matches) {
      event.stopPropagation();
      return;
    }
    this.mark(link.closest('tr'));
    this.classList.add('chosen');
  }

  mark(row) {
    for (const other of this.querySelectorAll('tr.on')) {
      other.classList.remove('on');
      other.querySelector('[aria-current]')?.removeAttribute('aria-current');
    }
    row.classList.add('on');
    row.querySelector('[data-open]').setAttribute('aria-current', 'true');
  }

  press(event) {
    if (event.ctrlKey || event.metaKey || event.altKey || event.defaultPrevented || event.isComposing) return;
    if (event.target.closest('input:not([type="checkbox"]):not([type="radio"]), textarea, select, [contenteditable]')) return;
    if (localStorage.getItem(OFF)) return;
    if (this.act(event.key.toLowerCase())) event.preventDefault();
  }

  act(key) {
    if (key === 'j') return this.step(1);
    if (key === 'k') return this.step(-1);
    const wanted = key === '/' ? this.querySelector('input[type="search"]') : null;
    if (wanted) {
      wanted.focus();
      wanted.select();
      return true;
    }
    if (key === '?') return this.showKeys();
    if (!/^[a-z]$/.test(key)) return false;
    const button = document.querySelector(`main [aria-keyshortcuts="${key}"]:not([disabled])`);
    if (!button) return false;
    if (button.matches('summary') && button.parentElement.open) button.parentElement.querySelector('textarea, select, input')?.focus();
    else button.click();
    return true;
  }

  step(by) {
    const rows = [...this.querySelectorAll('tbody tr')].filter((row) => row.querySelector('[data-open]'));
    if (!rows.length) return false;
    const now = rows.findIndex((row) => row.contains(document.activeElement));
    const chosen = now >= 0 ? now : rows.findIndex((row) => row.classList.contains('on'));
    const next = rows[Math.min(Math.max(chosen + by, 0), rows.length - 1)];
    const link = next.querySelector('[data-open]');
    link.focus();
    if (WIDE.matches && !next.classList.contains('on')) link.click();
    return true;
  }

  showKeys() {
    const keys = document.getElementById('keys');
    if (!keys) return false;
    keys.open = !keys.open;
    if (keys.open) keys.querySelector('summary').focus();
    return true;
  }

  offerSwitch() {
    const keys = document.getElementById('keys');
    if (!keys) return;
    const label = document.createElement('label');
    const box = document.createElement('input');
    const words = document.createElement('span');
    label.className = 'tick';
    box.type = 'checkbox';
    box.checked = Boolean(localStorage.getItem(OFF));
    words.textContent = chinese ? '关掉单键快捷键（记在这台设备上）' : 'Switch single-key shortcuts off (kept on this device)';
    box.addEventListener('change', () => (box.checked ? localStorage.setItem(OFF, 'yes') : localStorage.removeItem(OFF)));
    label.append(box, words);
    keys.append(label);
  }
}

customElements.define('lilong-queue', Queue);
