// Typing sheets of paper: what a row of signs means is read back, a full row leads to
// the next, and everything is kept after each change. The page works without it.

const WAIT = 800;
const AGAIN = 5000;

const form = document.querySelector("form[data-paper]");
const status = form.querySelector("[data-status]");
const areas = form.dataset.areas.split("|");
const rows = [...form.querySelectorAll("input[data-digits]")];
let timer = 0;
let running = false;
let dirty = false;

function say(state, words) {
  status.dataset.state = state;
  status.textContent = words;
}

function signs(input) {
  return input.value.replace(/\s/g, "");
}

function readBack(input) {
  const place = document.getElementById(`${input.id}_read`);
  const typed = [...signs(input)];
  const last = typed.length - 1;
  place.textContent = typed.length
    ? `${typed.length}/${areas.length} · ${areas[last] ?? "?"}: ${typed[last]}`
    : "";
}

async function keep() {
  clearTimeout(timer);
  if (running || !dirty) return;
  running = true;
  dirty = false;
  say("saving", form.dataset.saving);
  try {
    const answer = await fetch(location.href, {
      method: "POST",
      body: new FormData(form),
      headers: { Accept: "application/json" },
      redirect: "error",
    });
    if (!answer.ok) throw new Error(answer.status);
    if (!dirty) say("saved", form.dataset.saved);
  } catch {
    dirty = true;
    say("waiting", form.dataset.failed);
    timer = setTimeout(keep, AGAIN);
  }
  running = false;
  if (dirty && status.dataset.state !== "waiting") timer = setTimeout(keep, WAIT);
}

form.addEventListener("input", (event) => {
  dirty = true;
  // "Saved" is never said of what is not.
  if (status.dataset.state === "saved") say("saving", form.dataset.saving);
  clearTimeout(timer);
  timer = setTimeout(keep, WAIT);
  const place = rows.indexOf(event.target);
  if (place < 0) return;
  readBack(event.target);
  const isFull = signs(event.target).length === Number(event.target.dataset.digits);
  const isTyped = event.inputType === "insertText";
  if (isFull && isTyped && rows[place + 1]) rows[place + 1].select();
});

form.addEventListener("keydown", (event) => {
  const place = rows.indexOf(event.target);
  if (event.key !== "Enter" || place < 0) return;
  event.preventDefault();
  (rows[place + 1] ?? form.querySelector("[name=finish]")).focus();
});

form.addEventListener("submit", () => clearTimeout(timer));
window.addEventListener("beforeunload", (event) => {
  if (dirty && status.dataset.state === "waiting") event.preventDefault();
});
rows.forEach(readBack);
