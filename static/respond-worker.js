// Rules the pages of one respondent's link. Without a connection it answers with what the
// page's own script has put aside for this link (static/intake-device.js); with one it
// only gives out, once, the page that was brought with the answer to a save, and the files
// whose names change with their contents. It stores nothing by itself.

const LONGEST_WAIT = 8000; // milliseconds until it begins to come, if the device has the page
const FRESH = 5000; // milliseconds: a page that was brought is given out, or forgotten
const home = new URL(self.registration.scope).pathname;
const HASHED = /\.[0-9a-f]{12}\.\w+$/;

self.addEventListener("install", () => self.skipWaiting());
self.addEventListener("activate", (event) => event.waitUntil(self.clients.claim()));

self.addEventListener("fetch", (event) => {
  const { request } = event;
  const { origin, pathname } = new URL(request.url);
  if (origin !== self.location.origin) return;
  if (request.mode === "navigate" && pathname.startsWith(home)) {
    event.respondWith(request.method === "POST" ? sent(request) : opened(request, pathname));
  } else if (request.method === "GET" && pathname.startsWith("/static/")) {
    event.respondWith(file(request, pathname));
  }
});

const brought = new Map(); // {address: its page}

self.addEventListener("message", ({ data, ports }) => {
  const page = new Response(data.page, { headers: data.headers });
  brought.set(data.url, page);
  setTimeout(() => brought.get(data.url) === page && brought.delete(data.url), FRESH);
  ports[0].postMessage("held");
});

async function opened(request, pathname) {
  const page = brought.get(request.url);
  if (page && brought.delete(request.url)) return page;
  const away = await caches.match(home + "away/overview");
  if (!away) return fetch(request);
  // Given up only before it begins: a long page on a slow line comes to its end.
  const giveUp = new AbortController();
  const timer = setTimeout(() => giveUp.abort(), LONGEST_WAIT);
  try {
    return await fetch(request, { signal: giveUp.signal });
  } catch {
    return (await caches.match(pathname)) || away;
  } finally {
    clearTimeout(timer);
  }
}

// A form that the browser itself sends: only the submission matters, and it can be
// sent again with the same receipt.
async function sent(request) {
  const form = await request.clone().formData().catch(() => new FormData());
  try {
    return await fetch(request);
  } catch (error) {
    const receipt = form.get("receipt") || "";
    const away = await caches.match(home + "away/review");
    if (!away || !/^[\w:-]+$/.test(receipt)) {
      const overview = await caches.match(home + "away/overview");
      if (overview) return overview;
      throw error;
    }
    // As surveys/intake/offline.py writes it.
    const page = (await away.text()).replace("the-sealed-receipt", receipt);
    return new Response(page, { headers: away.headers });
  }
}

async function file(request, pathname) {
  const kept = await caches.match(request);
  if (kept && HASHED.test(pathname)) return kept;
  return fetch(request).catch((error) => {
    if (kept) return kept;
    throw error;
  });
}
