// Keeps an open board as it is on the server. Without scripts there is a link to reload.
//
// The page asks for its pulse each second: one small answer, mostly "nothing new". When
// something changed it fetches the parts that differ and takes them over one by one.
// Nothing that is being typed or read is replaced or moved; the focus stays.

const EVERY = 1000;
const SLOWEST = 10000;
// What a request header holds everywhere.
const LONGEST = 7000;

const board = document.getElementById("board-now");
const status = document.getElementById("board-news");
const lost = document.getElementById("board-lost");
let failures = 0;
let timer = null;
let isAsking = false;
// Goes up with everything taken over, so that an answer that was overtaken is dropped.
let generation = 0;

function states() {
  const all = [...board.querySelectorAll("[data-part]")].map((part) => part.dataset.state);
  const joined = all.join(",");
  return joined.length > LONGEST ? "-" : joined || "-";
}

function headers() {
  return { "X-Board": states(), "X-Board-Counts": board.dataset.counts };
}

// ------------------------------------------------------------- what must not be touched

function isDirty(field) {
  if (field.type === "radio" || field.type === "checkbox") return field.checked !== field.defaultChecked;
  if (field.tagName === "SELECT") return [...field.options].some((o) => o.selected !== o.defaultSelected);
  return field.type !== "hidden" && field.value !== field.defaultValue;
}

function isInUse(part) {
  if (part.contains(document.activeElement) && document.activeElement.closest("form")) return true;
  return [...part.querySelectorAll("form input, form textarea, form select")].some(isDirty);
}

// The topmost thing one sees, to be held where it is.
function anchor() {
  const active = document.activeElement;
  const candidates = board.contains(active) && active !== document.body ? [active] : [];
  candidates.push(...board.querySelectorAll("[data-part], article"), board.nextElementSibling);
  for (const element of candidates) {
    const box = element?.getBoundingClientRect();
    if (box && box.height && box.bottom > 0 && box.top < window.innerHeight) return { element, top: box.top };
  }
  return null;
}

function hold(kept) {
  if (!kept?.element.isConnected) return;
  const moved = kept.element.getBoundingClientRect().top - kept.top;
  if (Math.abs(moved) >= 1) window.scrollBy({ top: moved, behavior: "instant" });
}

// Not every browser holds the page by itself; where one does, it must not do so twice.
function holding(change) {
  const root = document.documentElement;
  root.style.overflowAnchor = "none";
  const kept = anchor();
  change();
  hold(kept);
  // Charts and late styles may still change what stands above.
  requestAnimationFrame(() => {
    hold(kept);
    root.style.removeProperty("overflow-anchor");
  });
}

// ------------------------------------------------------------------------ taking over

function openDetails(part) {
  return [...part.querySelectorAll("details")].map((details) => details.open);
}

function replace(old, fresh) {
  const hadFocus = old.contains(document.activeElement) ? focusPath(old) : null;
  const open = openDetails(old);
  const incoming = fresh.querySelectorAll("details");
  if (incoming.length === open.length) incoming.forEach((details, place) => (details.open ||= open[place]));
  old.replaceWith(fresh);
  fresh.dispatchEvent(new CustomEvent("htmx:load", { bubbles: true }));
  if (hadFocus) focusAgain(fresh, hadFocus);
}

// A summary or link that has the focus: the same one in the new part.
function focusPath(part) {
  const all = [...part.querySelectorAll("a, button, summary, [tabindex]")];
  return { place: all.indexOf(document.activeElement), tag: document.activeElement.tagName };
}

function focusAgain(part, { place, tag }) {
  const same = part.querySelectorAll("a, button, summary, [tabindex]")[place];
  if (same?.tagName === tag) same.focus({ preventScroll: true });
}

function takePart(incoming, submitted) {
  const mine = document.getElementById(incoming.id);
  if (!mine || incoming.hasAttribute("data-stub")) return;
  if (mine.dataset.state === incoming.dataset.state) return;
  if (mine !== submitted && isInUse(mine)) return;
  replace(mine, incoming.cloneNode(true));
}

// Entries come in a fixed order, new ones mostly at the end.
function takeList(incoming, submitted) {
  const list = document.getElementById(incoming.id);
  let last = null;
  for (const entry of incoming.children) {
    const mine = document.getElementById(entry.id);
    if (mine && entry.matches("[data-part]")) takePart(entry, submitted);
    else if (mine) entry.querySelectorAll("[data-part]").forEach((part) => takePart(part, submitted));
    else if (!entry.hasAttribute("data-stub")) insert(list, entry.cloneNode(true), last);
    last = document.getElementById(entry.id) ?? last;
  }
  for (const mine of [...list.children]) {
    if (!incoming.querySelector(`#${CSS.escape(mine.id)}`) && !isInUse(mine)) mine.remove();
  }
}

function insert(list, entry, after) {
  entry.classList.add("is-new");
  if (after) after.after(entry);
  else list.prepend(entry);
  entry.dispatchEvent(new CustomEvent("htmx:load", { bubbles: true }));
}

function takeOver(html, submitted) {
  const page = new DOMParser().parseFromString(html, "text/html");
  const fresh = page.getElementById("board-now");
  if (!fresh) throw new Error("not a board");
  generation += 1;
  holding(() => {
    fresh.querySelectorAll("[data-list]").forEach((list) => takeList(list, submitted));
    fresh.querySelectorAll("[data-part]").forEach((part) => {
      if (!part.closest("[data-list]")) takePart(part, submitted);
    });
    const comments = document.getElementById("comments-section");
    comments.hidden = page.getElementById("comments-section").hidden;
    say(page.getElementById("board-news").textContent);
  });
  for (const name of ["pulse", "version", "counts"]) board.dataset[name] = fresh.dataset[name];
}

// A polite region speaks what changes in it, so the same words twice need a change.
function say(words) {
  if (!words) return;
  status.textContent = status.textContent === words ? `${words}\u00a0` : words;
}

// --------------------------------------------------------------------------- following

async function ask() {
  const answer = await fetch(board.dataset.pulse, {
    cache: "no-store",
    credentials: "omit",
    headers: { "If-None-Match": `"${board.dataset.version}"` },
  });
  // A token that ran out: the fresh piece brings another.
  if (answer.status === 304) return;
  if (answer.status !== 200 && answer.status !== 404) throw new Error(`pulse: ${answer.status}`);
  await refresh(answer.status === 200 ? await answer.text() : "");
}

// `version`: what the pulse spoke of; the server shows that or something newer.
async function refresh(version) {
  const asked = generation;
  const answer = await fetch(board.dataset.address, {
    cache: "no-store",
    headers: { ...headers(), "X-Board-Version": version },
    redirect: "error",
  });
  if (!answer.ok) throw new Error(`board: ${answer.status}`);
  const html = await answer.text();
  if (asked === generation) takeOver(html);
}

function show(isLost) {
  lost.hidden = !isLost;
  board.classList.toggle("is-lost", isLost);
}

async function follow() {
  clearTimeout(timer);
  if (document.hidden || isAsking) return;
  isAsking = true;
  try {
    await ask();
    failures = 0;
    show(false);
  } catch (error) {
    failures += 1;
    if (failures >= 3) show(true);
  } finally {
    isAsking = false;
  }
  timer = setTimeout(follow, Math.min(EVERY * 2 ** Math.max(failures - 1, 0), SLOWEST));
}

// --------------------------------------------------- what one does oneself, in its place

async function send(form, button) {
  const part = form.closest("[data-part]");
  const fields = new FormData(form);
  button?.setAttribute("disabled", "");
  try {
    const answer = await fetch(form.action, { method: "POST", body: fields, headers: headers(), redirect: "error" });
    if (!answer.ok && answer.status !== 422) throw new Error(`sent: ${answer.status}`);
    const html = await answer.text();
    const place = part.id;
    if (answer.ok) form.reset();
    takeOver(html, part);
    const now = document.getElementById(place);
    const wrong = now?.querySelector(".is-invalid") ?? now?.querySelector("[role=alert]");
    const next = wrong ?? now?.querySelector("summary, button, a, textarea") ?? now;
    if (next && !next.matches("summary, button, a, textarea")) next.tabIndex = -1;
    next?.focus({ preventScroll: answer.ok });
  } catch (error) {
    // As without scripts: the server says what is the matter.
    form.submit();
  } finally {
    button?.removeAttribute("disabled");
  }
}

if (board) {
  board.classList.add("is-followed");
  board.addEventListener("submit", (event) => {
    if (!event.target.matches("form[data-in-place]")) return;
    event.preventDefault();
    send(event.target, event.submitter);
  });
  document.addEventListener("visibilitychange", follow);
  window.addEventListener("online", follow);
  timer = setTimeout(follow, EVERY);
}
