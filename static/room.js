// The shared screen: a timer for the goal, keys, and words for who cannot see it.
// Everything else works without this script.

const timer = document.getElementById("timer");
const clock = document.getElementById("clock");
const toggle = document.getElementById("timer-toggle");
const minutes = document.getElementById("timer-minutes");
const status = document.getElementById("room-status");
const key = `room ${location.pathname}`;

// { left: ms that remain while paused, end: moment it ends while it runs }
let state = read();

function read() {
  try {
    return JSON.parse(sessionStorage.getItem(key)) || fresh();
  } catch {
    return fresh();
  }
}

function fresh() {
  const given = Number(minutes.value);
  const usable = given >= 1 && given <= 180 ? given : Number(timer.dataset.minutes);
  return { left: usable * 60_000, end: null, minutes: usable };
}

function keep() {
  try {
    sessionStorage.setItem(key, JSON.stringify(state));
  } catch {
    // Without storage the timer lasts as long as the page.
  }
}

function remaining() {
  return Math.max(0, state.end === null ? state.left : state.end - Date.now());
}

function show() {
  const seconds = Math.ceil(remaining() / 1000);
  const rest = String(seconds % 60).padStart(2, "0");
  clock.textContent = `${Math.floor(seconds / 60)}:${rest}`;
  timer.classList.toggle("is-over", seconds === 0);
  if (seconds === 0 && state.end !== null) {
    state = { ...state, left: 0, end: null };
    keep();
    say(toggle.dataset.over);
  }
  toggle.textContent = state.end === null ? toggle.dataset.start : toggle.dataset.pause;
}

function startOrPause() {
  if (state.end !== null) state = { ...state, left: remaining(), end: null };
  else {
    if (remaining() === 0) state = fresh();
    state = { ...state, end: Date.now() + state.left };
  }
  keep();
  show();
}

function reset() {
  state = fresh();
  keep();
  show();
}

function say(words) {
  if (words && status.textContent !== words) status.textContent = words;
}

function live() {
  return document.getElementById("live");
}

toggle.addEventListener("click", startOrPause);
document.getElementById("timer-reset").addEventListener("click", reset);
minutes.addEventListener("change", reset);
minutes.value = state.minutes;
show();
setInterval(show, 250);

// Physical keys, so that they are the same on every keyboard layout.
document.addEventListener("keydown", (event) => {
  if (!event.altKey || event.ctrlKey || event.metaKey) return;
  if (event.code === "KeyT") startOrPause();
  else if (event.code === "KeyN") document.querySelector("a[rel=next]")?.click();
  else if (event.code === "KeyP") document.querySelector("a[rel=prev]")?.click();
  else return;
  event.preventDefault();
});

// -------------------------------------------------------------- following the panel

const EVERY = 1000;
const SLOWEST = 10_000;
const lost = document.getElementById("room-lost");
let failures = 0;

async function ask() {
  const { pulse, version } = live().dataset;
  const answer = await fetch(pulse, {
    headers: { "If-None-Match": `"${version}"` },
    cache: "no-store",
  });
  // 304: nothing new. 404: the page was open for hours; a new part brings a new token.
  if (answer.status === 200 || answer.status === 404) await takeOver();
  else if (answer.status !== 304) throw new Error(String(answer.status));
}

async function takeOver() {
  const answer = await fetch(live().dataset.live, { cache: "no-store" });
  if (!answer.ok || answer.redirected) throw new Error(String(answer.status));
  const template = document.createElement("template");
  template.innerHTML = await answer.text();
  const fresh = template.content.getElementById("live");
  if (!fresh) throw new Error("no such part");
  keepWhatIsTyped(fresh.dataset.state);
  live().replaceWith(fresh);
  say(fresh.dataset.words);
}

// Somebody else settled while a reason was being written: what was typed stays.
function keepWhatIsTyped(next) {
  const form = document.querySelector(".room-settle");
  const typed = [...(form?.querySelectorAll("textarea") || [])];
  if (next === "settled" && typed.some((area) => area.value.trim())) {
    form.classList.add("is-kept-open");
  }
}

async function follow() {
  try {
    await ask();
    failures = 0;
  } catch {
    failures += 1;
  }
  lost.hidden = failures < 3;
  setTimeout(follow, Math.min(SLOWEST, EVERY * 2 ** Math.min(failures, 4)));
}

setTimeout(follow, EVERY);
// A live region speaks of what changes in it after the page has loaded.
if (live().dataset.state === "settled") setTimeout(() => say(live().dataset.words), 700);
