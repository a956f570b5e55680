// Keeps the page's own files, so that it opens while the server is away. What users write and what
// models answer is never kept here.
const cacheName = "falconet-shell-1";

self.addEventListener("install", (event) => {
  event.waitUntil(
    caches
      .open(cacheName)
      .then((cache) => cache.add("/"))
      .then(() => self.skipWaiting()),
  );
});

self.addEventListener("activate", (event) => event.waitUntil(self.clients.claim()));

/** The newest page if the server is there, else the one seen last. */
async function openPage(request) {
  const cache = await caches.open(cacheName);
  try {
    const response = await fetch(request);
    const isPage = response.headers.get("Content-Type")?.startsWith("text/html");
    if (response.ok && isPage) await cache.put("/", response.clone());
    return response;
  } catch (error) {
    const kept = await cache.match("/");
    if (kept) return kept;
    throw error;
  }
}

/** Names with a hash never change what they name. Those of older versions go when space is short. */
async function openAsset(request) {
  const cache = await caches.open(cacheName);
  const kept = await cache.match(request);
  if (kept) return kept;
  const response = await fetch(request);
  if (response.ok) {
    await cache.put(request, response.clone());
    await dropOldAssets(cache);
  }
  return response;
}

const maxAssets = 120;
const pagePath = /^\/((c|s|join|survey)\/[^/]+)?$/;

async function dropOldAssets(cache) {
  const keys = await cache.keys();
  for (const key of keys.slice(0, Math.max(0, keys.length - maxAssets))) {
    if (new URL(key.url).pathname !== "/") await cache.delete(key);
  }
}

self.addEventListener("fetch", (event) => {
  const { pathname, origin } = new URL(event.request.url);
  if (event.request.method !== "GET" || origin !== self.location.origin) return;
  const isPage = event.request.mode === "navigate" && pagePath.test(pathname);
  if (pathname.startsWith("/assets/")) event.respondWith(openAsset(event.request));
  else if (isPage) event.respondWith(openPage(event.request));
});
