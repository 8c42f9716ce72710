// A respondent's form: each change is sent at once. What could not be sent is kept on
// this device until it is, and nothing that was typed is lost on the way to another
// page. Without scripts the same form is sent by its buttons.

const FIRST_WAIT = 2000; // milliseconds; doubled at every try, up to LONGEST_WAIT
const LONGEST_WAIT = 30000;
const TYPING_PAUSE = 900;
const PATIENCE = 20000; // a request that takes longer counts as lost

import {
  BLANK,
  forget,
  forgetWhatIsOver,
  handOver,
  hasWorker,
  home,
  kept,
  knownAnswers,
  markOf,
  rememberAnswers,
  rememberTheEnd,
  sendWaiting,
  takePagesAlong,
} from "./intake-device.js";

// ------------------------------------------------------------- one page's form

const TECHNICAL = new Set(["go", "language", "base"]);
const NOTICE_STAYS = 10000; // milliseconds at least

const keyOf = (element) =>
  element.type === "checkbox" ? `${element.name}=${element.value}` : element.name;
const isTyped = (element) => element.type === "text" || element.tagName === "TEXTAREA";

class AnswerForm {
  constructor(form) {
    this.form = form;
    this.key = form.dataset.keep;
    this.status = form.querySelector(".save-status");
    this.notice = form.querySelector(".save-notice");
    this.question = document.querySelector("[data-found]");
    // Of each field what is stored, as far as this page knows, and the marks of that
    // and of all that was sent since without an answer.
    if (document.documentElement.hasAttribute("data-away")) this.fillInWhatIsKnown();
    this.base = this.values();
    this.marks = JSON.parse(form.elements.base.value);
    this.asked = {};
    this.rejected = null;
    this.wait = FIRST_WAIT;
    this.sending = null;
    this.leaving = false;
    this.busy = false;
    form.addEventListener("input", (event) => {
      if (isTyped(event.target)) this.changed(TYPING_PAUSE);
    });
    // What was typed is under way already: a change there is only the field being left.
    form.addEventListener("change", (event) => {
      if (!isTyped(event.target)) this.changed(0);
    });
    form.addEventListener("submit", (event) => this.submit(event));
    this.question.querySelector("[data-found-use]").addEventListener("click", () => this.decide("mine"));
    this.question.querySelector("[data-found-drop]").addEventListener("click", () => this.decide("other"));
    window.addEventListener("online", () => this.retryNow());
    window.addEventListener("pagehide", () => this.lastWord());
    document.addEventListener("visibilitychange", () => {
      if (document.visibilityState === "hidden") this.lastWord();
    });
    this.recover();
  }

  // A page that the device itself gave out is empty: what is stored, as far as known.
  fillInWhatIsKnown() {
    const known = Object.entries(knownAnswers(this.key)).filter(([, answer]) => answer);
    for (const [key, answer] of known) this.fill(key, answer);
    const marks = Object.fromEntries(known.map(([key, answer]) => [key, markOf(answer)]));
    this.form.elements.base.value = JSON.stringify(marks);
  }

  get fields() {
    return [...this.form.elements].filter(
      (element) =>
        element.name &&
        !TECHNICAL.has(element.name) &&
        !["hidden", "submit", "button"].includes(element.type),
    );
  }

  // What the form holds: an answer for each key, "" for none.
  values() {
    const values = {};
    for (const element of this.fields) {
      const key = keyOf(element);
      if (element.type === "checkbox") values[key] = element.checked ? "on" : "";
      else if (element.type !== "radio") values[key] = element.value.replace(/\r\n?/g, "\n").trim();
      else if (element.checked) values[key] = element.value;
      else values[key] ??= "";
    }
    return values;
  }

  fill(key, answer) {
    for (const element of this.fields.filter((field) => keyOf(field) === key)) {
      if (element.type === "checkbox") element.checked = answer !== "";
      else if (element.type === "radio") element.checked = element.value === answer;
      else {
        element.value = answer;
        element.dispatchEvent(new CustomEvent("filled"));
      }
    }
  }

  markFor(key) {
    return this.marks[key] || BLANK;
  }

  say(state, text) {
    this.status.dataset.state = state;
    this.status.textContent = text;
  }

  tell(text) {
    if (!text) return;
    this.notice.textContent = text;
    this.toldAt = Date.now();
  }

  // Changed here, or sent without an answer and changed back.
  unsent(values) {
    return Object.keys(values).filter(
      (key) => values[key] !== this.base[key] || this.markFor(key).includes(" "),
    );
  }

  get isUnsent() {
    return this.unsent(this.values()).length > 0;
  }

  // On this device, until it is sent and every question is answered.
  keep() {
    rememberAnswers(this.key, this.base);
    const values = this.values();
    const waiting = Object.entries(this.asked).filter(([, versions]) => versions.isFound);
    if (!this.unsent(values).length && !waiting.length) return kept.drop(this.key);
    const state = {
      action: new URL(this.form.action).pathname,
      base: { ...this.base },
      values,
      marks: { ...this.marks },
      isAsked: waiting.length > 0,
    };
    for (const [key, versions] of waiting) {
      state.base[key] = null;
      state.values[key] = versions.mine;
      state.marks[key] = versions.marks;
    }
    return kept.write(this.key, state);
  }

  changed(pause) {
    if (Date.now() - this.toldAt > NOTICE_STAYS) this.notice.textContent = "";
    this.keep();
    // "Saved" is never said of what is not.
    if (this.status.dataset.state === "saved" && this.isUnsent) {
      this.say("saving", this.form.dataset.saving);
    }
    clearTimeout(this.timer);
    this.timer = setTimeout(() => this.save(), pause);
  }

  retryNow() {
    if (!this.isUnsent) return;
    this.wait = FIRST_WAIT;
    clearTimeout(this.timer);
    this.save();
  }

  // The browser is about to leave or sleep: the last chance to send.
  lastWord() {
    if (this.leaving || this.busy || this.isRejected || !this.isUnsent) return;
    try {
      fetch(this.form.action, { ...this.request([]), keepalive: true }).catch(() => {});
    } catch {
      // Too long for a parting request: it is kept and sent on the next visit.
    }
    this.keep();
  }

  request(extra) {
    const values = this.values();
    for (const key of this.unsent(values)) {
      const marks = this.markFor(key).split(" ").filter((mark) => mark !== markOf(values[key]));
      this.marks[key] = [...marks, markOf(values[key])].join(" ");
    }
    this.form.elements.base.value = JSON.stringify(this.marks);
    const body = new URLSearchParams(new FormData(this.form));
    for (const [name, value] of extra) body.append(name, value);
    return {
      method: "POST",
      body,
      headers: { Accept: "application/json" },
      credentials: "same-origin",
    };
  }

  // One request at a time, so that an older state never lands after a newer one.
  async save(extra = []) {
    while (this.sending) await this.sending;
    if (!extra.length && (this.busy || this.leaving)) return { state: "leaving" };
    if (!extra.length && !this.isUnsent) return this.settled("saved");
    if (!extra.length && this.isRejected) return this.invalid(this.rejected.errors);
    this.sending = this.send(extra);
    try {
      return await this.sending;
    } finally {
      this.sending = null;
    }
  }

  async send(extra) {
    clearTimeout(this.timer);
    const sent = this.values();
    this.say("saving", this.form.dataset.saving);
    let response, answer;
    try {
      const signal = AbortSignal.timeout ? AbortSignal.timeout(PATIENCE) : undefined;
      const request = this.request(extra);
      this.keep();
      response = await fetch(this.form.action, { ...request, signal });
      answer = await response.json().catch(() => ({}));
    } catch {
      return this.postponed();
    }
    const { headers } = response;
    if (answer.saved || answer.contested) return this.saved(sent, answer, headers);
    if (response.status === 422 && answer.errors) {
      this.rejected = { values: JSON.stringify(sent), errors: answer.errors };
      return this.invalid(answer.errors);
    }
    if ([403, 404, 409].includes(response.status)) return this.refused(answer);
    return this.postponed();
  }

  saved(sent, answer, headers) {
    this.wait = FIRST_WAIT;
    this.rejected = null;
    this.showErrors({});
    this.catchUp(sent, answer);
    this.tell(answer.notice);
    this.keep();
    if (answer.contested) return this.contested(answer);
    if (!this.isUnsent) this.settled("saved");
    return { state: "saved", next: answer.next, page: answer.page, headers };
  }

  // What is stored now; what is being changed here again stays as it is.
  catchUp(sent, answer) {
    const now = this.values();
    for (const key of Object.keys(now)) {
      if (key in (answer.contested || {})) continue;
      const isElsewhere = key in answer.changed;
      if (isElsewhere && now[key] !== sent[key]) continue;
      this.base[key] = isElsewhere ? answer.changed[key] : sent[key];
      this.marks[key] = answer.base[key] || BLANK;
      if (isElsewhere) this.fill(key, this.base[key]);
    }
    this.form.elements.base.value = JSON.stringify(this.marks);
  }

  settled(state) {
    this.say(state, this.form.dataset.saved);
    return { state };
  }

  postponed() {
    this.say("waiting", this.form.dataset.waiting);
    this.keep();
    clearTimeout(this.timer);
    this.timer = setTimeout(() => this.save(), this.wait);
    this.wait = Math.min(this.wait * 2, LONGEST_WAIT);
    return { state: "waiting" };
  }

  invalid(errors) {
    this.showErrors(errors);
    this.say("error", `${this.form.dataset.refused}: ${Object.values(errors).flat()[0]}`);
    return { state: "invalid" };
  }

  get isRejected() {
    return this.rejected?.values === JSON.stringify(this.values());
  }

  refused(answer) {
    this.say("error", answer.message || this.form.dataset.refused);
    return { state: "refused" };
  }

  // Messages at the fields; those that a full page wrote go with the first success.
  showErrors(errors) {
    this.form.querySelectorAll(".invalid-feedback:not([data-error-for])").forEach((place) => {
      place.remove();
    });
    Object.keys(errors).forEach((name) => this.placeFor(name));
    this.form.querySelectorAll("[data-error-for]").forEach((place) => {
      place.textContent = (errors[place.dataset.errorFor] || []).join(" ");
    });
    this.form.querySelectorAll("input, textarea, select").forEach((element) => {
      const isWrong = element.name in errors;
      if (isWrong) element.setAttribute("aria-invalid", "true");
      else element.removeAttribute("aria-invalid");
      element.classList.toggle("is-invalid", isWrong);
    });
    if (!Object.keys(errors).length) document.getElementById("errors").hidden = true;
  }

  // Where a field's message stands; made at its end if the page has no such place.
  placeFor(name) {
    if (this.form.querySelector(`[data-error-for="${CSS.escape(name)}"]`)) return;
    const place = document.createElement("p");
    place.className = "invalid-feedback";
    place.dataset.errorFor = name;
    document.getElementById(`div_id_${name}`)?.append(place);
  }

  // The list of what is wrong, at the top, as a full page would have it.
  summarise(errors) {
    const summary = document.getElementById("errors");
    const items = Object.entries(errors).flatMap(([name, messages]) =>
      messages.map((message) => {
        const item = document.createElement("li");
        const link = document.createElement("a");
        const places = [name, `id_${name}`, `div_id_${name}`];
        link.href = `#${places.find((id) => document.getElementById(id)) || ""}`;
        link.textContent = message;
        item.append(link, name === "goals" ? "" : ` (${this.labelOf(name)})`);
        return item;
      }),
    );
    summary.querySelector("ul").replaceChildren(...items);
    summary.hidden = false;
    summary.focus();
  }

  labelOf(name) {
    const place = document.getElementById(name) || document.getElementById(`div_id_${name}`);
    const label = place?.querySelector("legend, label");
    return (label?.lastChild?.textContent || "").trim();
  }

  // Every button saves first and moves on only when that has worked.
  async submit(event) {
    if (this.leaving) return;
    event.preventDefault();
    if (this.busy) return;
    this.busy = true;
    clearTimeout(this.timer);
    const button = event.submitter;
    const isLanguage = button?.name === "language";
    while (this.sending) await this.sending;
    const extra = button?.name ? [[button.name, button.value]] : [["go", "next"]];
    if (hasWorker() && !this.isWaitingElsewhere) extra.push(["bring", "page"]);
    let outcome;
    if (this.isRejected) outcome = this.invalid(this.rejected.errors);
    else {
      do outcome = await this.save(extra);
      while (outcome.state === "saved" && this.isUnsent); // typed in the meantime
    }
    this.busy = false;
    if (outcome.state === "saved") {
      this.leave();
      await handOver(outcome).catch(() => {}); // then the page is asked for
      location.assign(outcome.next);
    } else if (outcome.state === "invalid" && !isLanguage) {
      this.summarise(this.rejected.errors);
    } else if (outcome.state === "asked") {
      this.question.focus();
    } else if (outcome.state === "waiting") {
      this.goOnAlone(button);
    } else {
      // The full page says what is wrong, with everything that was typed.
      this.leave();
      this.form.requestSubmit(button);
    }
  }

  // Without a connection: on to the page, with what was typed here kept.
  goOnAlone(button) {
    const steps = [...document.querySelectorAll("[data-step] [data-url]")];
    const here = steps.findIndex((step) => step.value === this.key.split(":").pop());
    const next = steps[Math.min(here + 1, steps.length - 1)];
    const wanted = button?.name === "go" && button.value !== "next" ? button : next;
    const url = wanted?.value === "overview" ? home : wanted?.dataset.url;
    if (button?.name === "language") return this.tell(this.form.dataset.away);
    if (!url || !hasWorker()) return;
    this.leave();
    location.assign(url);
  }

  // Nothing more is sent from here, unless the browser stays after all.
  leave() {
    this.leaving = true;
    this.keep();
    setTimeout(() => {
      this.leaving = false;
      if (this.isUnsent) this.changed(0);
    }, PATIENCE);
  }

  // What other pages left to be sent would be missing on a page brought now.
  get isWaitingElsewhere() {
    return kept.keys(document.body.dataset.kept).some((key) => key !== this.key);
  }

  // ---------------------------------------- the same field changed on two devices

  // What an earlier visit could not send: taken up where nothing else came in between,
  // else asked about.
  recover() {
    const found = kept.read(this.key);
    if (!found?.marks || "invalid" in this.form.dataset) return;
    const unsure = {};
    for (const [key, mine] of Object.entries(found.values)) {
      const marks = found.marks[key] || BLANK;
      const isUnsent = mine !== found.base[key] || marks.includes(" ");
      if (!isUnsent || !(key in this.base) || mine === this.base[key]) continue;
      if (marks.split(" ").includes(this.markFor(key))) this.fill(key, mine);
      else unsure[key] = { mine, other: this.base[key], marks, isFound: true };
    }
    if (Object.keys(unsure).length) this.ask(unsure);
    if (this.isUnsent) this.changed(0);
    else this.keep();
  }

  // Texts of this page that were changed elsewhere too, and are not stored therefore.
  contested(answer) {
    const values = this.values();
    const versions = Object.entries(answer.contested).map(([key, other]) => [
      key,
      { mine: values[key], other, mark: answer.base[key] || BLANK },
    ]);
    this.ask({ ...this.asked, ...Object.fromEntries(versions) });
    this.notice.textContent = answer.notice;
    this.say("error", answer.message);
    return { state: "asked" };
  }

  ask(asked) {
    this.asked = asked;
    const isFound = Object.values(asked).some((versions) => versions.isFound);
    this.question.querySelectorAll("[data-found-title]").forEach((title) => {
      title.hidden = (title.dataset.foundTitle === "unsent") !== isFound;
    });
    this.question.querySelector("[data-found-versions]").replaceChildren(
      ...Object.entries(asked).flatMap(([key, versions]) => this.describe(key, versions)),
    );
    const place = document.getElementById(`div_id_${Object.keys(asked)[0]}`);
    if (place && !isFound) place.after(this.question);
    this.question.hidden = false;
    if (isFound) this.question.focus();
  }

  // Where the page itself still shows the version of this device, only the other one.
  describe(key, { mine, other, isFound }) {
    const texts = this.question.dataset;
    const line = (kind, text) => Object.assign(document.createElement(kind), { textContent: text });
    const lines = [line("dt", this.labelOf(key.split("=")[0]))];
    if (isFound) lines.push(line("dd", `${texts.mine}: ${this.wordsOf(key, mine)}`));
    lines.push(line("dd", `${texts.other}: ${this.wordsOf(key, other)}`));
    return lines;
  }

  // An answer as one reads it.
  wordsOf(key, answer) {
    const field = this.fields.find(
      (element) => keyOf(element) === key && (element.type !== "radio" || element.value === answer),
    );
    if (!answer) return this.question.dataset.none;
    if (field?.tagName === "SELECT") {
      return [...field.options].find((option) => option.value === answer)?.text ?? answer;
    }
    if (!field || isTyped(field)) return answer;
    const words = field.labels[0];
    return [...(words?.childNodes ?? [])].map((node) => node.textContent.trim()).join(" ").trim();
  }

  decide(side) {
    this.question.hidden = true;
    for (const [key, versions] of Object.entries(this.asked)) {
      if (!versions.isFound) {
        this.base[key] = versions.other;
        this.marks[key] = versions.mark;
      }
      if (side === "other") this.fill(key, versions.other);
      else if (versions.isFound) this.fill(key, versions.mine);
    }
    this.asked = {};
    this.form.elements.base.value = JSON.stringify(this.marks);
    this.changed(0);
  }
}

// ------------------------------------------------------------- counting characters

function countDown(area, texts) {
  const place = document.createElement("div");
  place.className = "form-text num";
  area.after(place);
  const count = () => {
    // As the server counts: whole characters, without the blanks at both ends.
    const left = Number(area.dataset.limit) - [...area.value.trim()].length;
    place.textContent = (left < 0 ? texts.over : texts.left).replace("{n}", Math.abs(left));
    place.classList.toggle("is-over", left < 0);
    if (left < 0) place.setAttribute("role", "status");
    else place.removeAttribute("role");
  };
  area.addEventListener("input", count);
  area.addEventListener("filled", count);
  count();
}

// ------------------------------------------------------------- the pages around it

// Loading this page again would cancel the way to another one that was just taken.
let leftAt = -Infinity;
window.addEventListener("beforeunload", () => {
  leftAt = Date.now();
});
function loadAgain() {
  if (Date.now() - leftAt > PATIENCE) location.reload();
}

function markUnsent(page) {
  const prefix = page.dataset.unsent;
  const keys = kept.keys(prefix);
  page.querySelectorAll("[data-page-unsent]").forEach((chip) => {
    chip.hidden = !keys.includes(prefix + chip.closest("[data-page]").dataset.page);
  });
  page.querySelector("[data-unsent-found]").hidden = !keys.length;
  return keys.length;
}

// What waits on this device is sent before the answers are submitted, or they are not.
function guardSubmission(page) {
  page.querySelector("form[data-submission]")?.addEventListener("submit", async (event) => {
    if (!kept.keys(page.dataset.unsent).length) return;
    event.preventDefault();
    if (await sendWaiting()) {
      markUnsent(page);
      page.querySelector("[data-unsent-found]").focus();
    } else location.reload();
  });
}

let nextTry;

async function keepSending(openKey) {
  clearTimeout(nextTry);
  const pages = document.querySelectorAll("[data-unsent]");
  const before = [...pages].reduce((sum, page) => sum + markUnsent(page), 0);
  const left = await sendWaiting(openKey);
  // What the page says about gaps is no longer so.
  if (pages.length && before && !left) return loadAgain();
  pages.forEach(markUnsent);
  if (left) nextTry = setTimeout(() => keepSending(openKey), LONGEST_WAIT);
  return left;
}

// The way as the device knows it: on a page that it gave out itself, figures are old.
function showWay(form) {
  document.querySelector(".away-pages details")?.setAttribute("open", "");
  const { kept: prefix } = document.body.dataset;
  document.querySelectorAll("[data-step]").forEach((step) => {
    const key = prefix + step.dataset.step;
    if (key === form?.dataset.keep) step.firstElementChild.setAttribute("aria-current", "page");
    const { values } = kept.read(key) || { values: knownAnswers(key) };
    const answered = Object.entries(values).filter(([, answer]) => answer).map(([name]) => name.split("=")[0]);
    const ratings = answered.filter((name) => name.startsWith("rating_"));
    const count = step.dataset.step.startsWith("goal-") ? ratings.length : new Set(answered).size;
    const place = step.querySelector("[data-of]");
    if (place) place.textContent = place.dataset.of.replace("{n}", count);
  });
}

function forgetOnRequest(button) {
  button.addEventListener("click", async () => {
    const status = document.querySelector("[data-forget-status]");
    const { kept: prefix } = document.body.dataset;
    if (await sendWaiting()) status.textContent = button.dataset.unsentFirst;
    else {
      await forget(prefix, home);
      status.textContent = button.dataset.done;
    }
  });
}

async function start() {
  forgetWhatIsOver();
  rememberTheEnd();
  const form = document.querySelector("form[data-keep]");
  if (document.documentElement.hasAttribute("data-away")) showWay(form);
  if (form) {
    form.querySelectorAll("textarea[data-limit]").forEach((area) => countDown(area, form.dataset));
    new AnswerForm(form);
  }
  document.querySelectorAll("[data-unsent]").forEach(guardSubmission);
  document.querySelectorAll("[data-forget-now]").forEach(forgetOnRequest);
  document.querySelectorAll("[data-reload]").forEach((button) => {
    button.addEventListener("click", () => location.reload());
    window.addEventListener("online", loadAgain);
  });
  document.querySelector("#errors:not([hidden])")?.focus();
  const over = document.querySelector("[data-forget]");
  if (over) return forget(over.dataset.forget, home);
  window.addEventListener("online", () => keepSending(form?.dataset.keep));
  await keepSending(form?.dataset.keep);
  return takePagesAlong();
}

// A page that the browser kept alive shows an old state: ask for it again.
window.addEventListener("pageshow", (event) => {
  if (event.persisted) location.reload();
});

// Whatever the device can't do, the page works with its connection.
start().catch((error) => console.error(error));
