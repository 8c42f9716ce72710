// What a device keeps of one respondent's link: answers that are not sent yet, those
// that are (to show them without a connection), and the pages themselves. All of it
// goes when the answers are submitted, when the survey is over, or when asked.

const STAYS_AFTER = 7 * 24 * 3600 * 1000; // milliseconds after the survey's end
const FILES = "respond-files";

export const home = `${location.pathname.split("/").slice(0, 3).join("/")}/`;

export const kept = {
  read(key) {
    try {
      return JSON.parse(localStorage.getItem(key));
    } catch {
      return null;
    }
  },
  write(key, value) {
    try {
      localStorage.setItem(key, JSON.stringify(value));
    } catch {
      // Full or forbidden: the page itself still holds what was typed.
    }
  },
  drop(key) {
    try {
      localStorage.removeItem(key);
    } catch {
      // Nothing was kept.
    }
  },
  keys(prefix) {
    try {
      return Object.keys(localStorage).filter((key) => key.startsWith(prefix));
    } catch {
      return [];
    }
  },
};

// "scorecard:1a2b:" names what is not sent, "known:1a2b:" what is stored.
const knownPrefix = (prefix) => prefix.replace("scorecard:", "known:");

export function knownAnswers(key) {
  return kept.read(knownPrefix(key)) || {};
}

// Known from the first page on: without it nothing here would ever be removed.
export function rememberTheEnd() {
  const { kept: prefix, until } = document.body.dataset;
  const end = until || new Date().toISOString(); // of a trial that has no dates: now
  if (prefix) kept.write(`${knownPrefix(prefix)}until`, { until: end, scope: home });
}

export function rememberAnswers(key, answers) {
  if (document.body.dataset.kept) kept.write(knownPrefix(key), answers);
}

// ------------------------------------------------------------- marks of answers

// As surveys/intake/merging.py makes them: CRC-32 and length in bytes, "0" for none.
export const BLANK = "0";

export function markOf(answer) {
  if (!answer) return BLANK;
  const bytes = new TextEncoder().encode(answer);
  let rest = -1;
  for (const byte of bytes) {
    rest ^= byte;
    for (let bit = 0; bit < 8; bit += 1) rest = (rest >>> 1) ^ (rest & 1 ? 0xedb88320 : 0);
  }
  return `${((rest ^ -1) >>> 0).toString(16).padStart(8, "0")}-${bytes.length}`;
}

// ------------------------------------------------------------- forgetting

export async function forget(prefix, scope) {
  for (const key of [...kept.keys(prefix), ...kept.keys(knownPrefix(prefix))]) kept.drop(key);
  if (!("caches" in window)) return;
  await caches.delete(prefix);
  if (!(await caches.keys()).some((name) => name.startsWith("scorecard:"))) await caches.delete(FILES);
  const registration = await navigator.serviceWorker?.getRegistration(scope);
  if (registration && new URL(registration.scope).pathname === scope) await registration.unregister();
}

// Of surveys that are over, wherever this device was used to answer them. The one whose
// page is open is not over, whatever was known of its end.
export function forgetWhatIsOver() {
  for (const key of kept.keys("known:").filter((name) => name.endsWith(":until"))) {
    const prefix = key.slice(0, -"until".length).replace("known:", "scorecard:");
    const { until, scope } = kept.read(key) || {};
    if (prefix === document.body.dataset.kept) continue;
    if (Date.parse(until) + STAYS_AFTER < Date.now()) forget(prefix, scope);
  }
}

// ------------------------------------------------------------- taking the pages along

export async function takePagesAlong() {
  const { kept: prefix, pages } = document.body.dataset;
  const steps = document.querySelector("nav.steps");
  const isAway = document.documentElement.hasAttribute("data-away");
  if (!prefix || !steps || isAway || !("caches" in window) || !navigator.serviceWorker) return;
  await navigator.serviceWorker.register("/respond/worker.js", { scope: home });
  // Pages change with the questionnaire, the language, and the goals that were chosen.
  const state = `${pages} ${[...steps.querySelectorAll("[data-step]")].map((step) => step.dataset.step)}`;
  if (kept.read(`${knownPrefix(prefix)}pages`) === state) return;
  const [blank, mine] = await Promise.all([blankPages(prefix, pages), fetch(`${home}answers/`)]);
  if (!blank.ok || !mine.ok) return;
  await keepPages(prefix, ofPage(blank.headers), await blank.json(), await mine.json());
  await keepFiles();
  kept.write(`${knownPrefix(prefix)}pages`, state);
}

// Fetched once for each language: other goals are other pages of the same set.
async function blankPages(prefix, mark) {
  const cache = await caches.open(prefix);
  const address = `${home}pages/`;
  const found = await cache.match(address);
  if (found?.headers.get("Pages-Mark") === mark) return found;
  const fresh = await fetch(address);
  if (fresh.ok) {
    const headers = new Headers(fresh.headers);
    headers.set("Pages-Mark", mark);
    headers.delete("Content-Encoding");
    await cache.put(address, new Response(await fresh.clone().blob(), { headers }));
  }
  return fresh;
}

// The headers that came with a page inside: the same policies, another content.
function ofPage(headers) {
  const own = new Headers(headers);
  own.set("Content-Type", "text/html; charset=utf-8");
  ["Content-Encoding", "Content-Length", "Pages-Mark"].forEach((name) => own.delete(name));
  return own;
}

async function keepPages(prefix, headers, blank, mine) {
  const cache = await caches.open(prefix);
  const token = home.split("/")[2];
  const keep = prefix.split(":")[1];
  const own = (text) => text.replaceAll(blank.token, token).replaceAll(blank.keep, keep);
  for (const [path, lines] of Object.entries(blank.pages)) {
    const html = lines.map((place) => blank.lines[place]).join("\n");
    const steps = path.includes("/away/") ? mine.links : mine.steps;
    const page = own(html.replace(blank.steps, () => steps)).replace("<html", "<html data-away");
    await cache.put(own(path), new Response(page, { headers }));
  }
  for (const [page, answers] of Object.entries(mine.given)) {
    if (!kept.read(prefix + page)) rememberAnswers(prefix + page, answers);
  }
}

// Styles, scripts and fonts that this page needed.
async function keepFiles() {
  const used = performance.getEntriesByType("resource").map((entry) => entry.name);
  const files = used.filter((name) => new URL(name).pathname.startsWith("/static/"));
  const cache = await caches.open(FILES);
  await Promise.all([...new Set(files)].map((name) => cache.add(name).catch(() => {})));
}

// Whether the service worker rules this page: then another one of the way opens without a
// connection, or is brought with the answer to what is saved.
export const hasWorker = () => Boolean(navigator.serviceWorker?.controller);

// ------------------------------------------------------------- the page one goes on to

const LONGEST_HANDING_OVER = 500; // milliseconds; after that the page is asked for

// A page that was brought goes to the service worker, which gives it out, once, when the
// browser goes there: one wait instead of two.
export async function handOver({ next, page, headers }) {
  const { controller } = navigator.serviceWorker ?? {};
  if (!page || !controller) return;
  const { port1, port2 } = new MessageChannel();
  const isHeld = new Promise((resolve) => {
    port1.onmessage = resolve;
    setTimeout(resolve, LONGEST_HANDING_OVER);
  });
  const { href } = new URL(next, location);
  controller.postMessage({ url: href, page, headers: [...ofPage(headers)] }, [port2]);
  await isHeld;
}

// ------------------------------------------------------------- sending what other pages left

function bodyOf(state) {
  const body = new URLSearchParams();
  for (const [key, answer] of Object.entries(state.values)) {
    if (!answer) continue;
    const [name, option] = key.split("=");
    body.append(name, option ?? answer);
    const known = (state.marks[key] || BLANK).split(" ");
    if (answer !== state.base[key]) {
      state.marks[key] = [...known.filter((mark) => mark !== markOf(answer)), markOf(answer)].join(" ");
    }
  }
  body.append("base", JSON.stringify(state.marks));
  return body;
}

const said = new Set(); // what the server had to say of answers that waited

async function sendOne(key) {
  const state = kept.read(key);
  if (!state?.action || state.isAsked) return; // the latter are decided on their page
  const body = bodyOf(state);
  kept.write(key, state);
  const response = await fetch(state.action, { method: "POST", body, headers: { Accept: "application/json" } });
  const answer = await response.json();
  // A text changed elsewhere too, or one that does not fit, is asked about on its page.
  if (!answer.saved) return;
  said.add(answer.notice);
  rememberAnswers(key, { ...state.values, ...answer.changed });
  if (JSON.stringify(kept.read(key)) === JSON.stringify(state)) kept.drop(key);
}

// Sends what pages other than the open one left; how many still wait.
export async function sendWaiting(openKey) {
  const { kept: prefix } = document.body.dataset;
  if (!prefix) return 0;
  const waiting = () => kept.keys(prefix).filter((key) => key !== openKey);
  for (const key of waiting()) {
    try {
      await sendOne(key);
    } catch {
      break; // no connection: later
    }
  }
  const place = document.querySelector("[data-elsewhere-unsent]");
  const left = waiting().length;
  const waits = left && place ? place.dataset.elsewhereUnsent.replace("{n}", left) : "";
  const text = [...said, waits].filter(Boolean).join(" ");
  if (place && place.textContent !== text) place.textContent = text;
  return left;
}
