// Keeps the shell, the offline page and the pages marked data-keep="offline" for a phone without a network.
const SHELL = 'lilong-shell-' + '{{ files|join:"|"|escapejs }}';
const PAGES = 'lilong-pages';
const FILES = [{% for file in files %}'{{ file|escapejs }}', {% endfor %}'{{ offline|escapejs }}'];
const OFFLINE = '{{ offline|escapejs }}';
const KEPT_FOR = 72 * 3600 * 1000;
const ANSWER_WITHIN = 15000;

self.addEventListener('install', (event) => {
  event.waitUntil(caches.open(SHELL).then((cache) => cache.addAll(FILES)).then(() => self.skipWaiting()));
});

self.addEventListener('activate', (event) => {
  event.waitUntil(
    caches.keys()
      .then((names) => Promise.all(names.filter((n) => n !== SHELL && n !== PAGES).map((n) => caches.delete(n))))
      .then(() => self.clients.claim())
  );
});

self.addEventListener('fetch', (event) => {
  const request = event.request;
  if (request.mode === 'navigate') {
    event.respondWith(page(event));
  } else if (request.method === 'GET' && FILES.includes(new URL(request.url).pathname)) {
    event.respondWith(caches.match(request).then((kept) => kept || fetch(request)));
  }
});

async function page(event) {
  const controller = new AbortController();
  const reading = event.request.method === 'GET';
  const timer = reading ? setTimeout(() => controller.abort(), ANSWER_WITHIN) : 0;
  try {
    const response = await fetch(event.request, { signal: controller.signal });
    if (response.ok && !response.redirected && reading) event.waitUntil(keep(event.request.url, response.clone()));
    return response;
  } catch (error) {
    return (reading && (await kept(event.request.url))) || caches.match(OFFLINE);
  } finally {
    clearTimeout(timer);
  }
}

async function keep(url, response) {
  const text = await response.text();
  if (!text.includes('data-keep="offline"')) return;
  const headers = { 'Content-Type': 'text/html; charset=utf-8', 'X-Kept': String(Date.now()) };
  const policy = response.headers.get('Content-Security-Policy');
  if (policy) headers['Content-Security-Policy'] = policy;
  await (await caches.open(PAGES)).put(url, new Response(text, { headers }));
}

async function kept(url) {
  const cache = await caches.open(PAGES);
  const response = await cache.match(url);
  if (!response) return null;
  if (Date.now() - Number(response.headers.get('X-Kept')) < KEPT_FOR) return response;
  await cache.delete(url);
  return null;
}
