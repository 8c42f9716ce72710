// Beside a moment in the scorecard's time, the reader's own, where the two differ.
// <time datetime="…" data-zone="Asia/Almaty" data-words="where you are: %(time)s">

function clockIn(zone, moment) {
  return new Intl.DateTimeFormat("sv", {
    timeZone: zone,
    dateStyle: "short",
    timeStyle: "short",
  }).format(moment);
}

function shownHere(moment, isSameDay) {
  const language = document.documentElement.lang || undefined;
  const style = isSameDay
    ? { hour: "numeric", minute: "2-digit", timeZoneName: "short" }
    : {
        weekday: "long",
        day: "numeric",
        month: "long",
        hour: "numeric",
        minute: "2-digit",
        timeZoneName: "short",
      };
  return new Intl.DateTimeFormat(language, style).format(moment);
}

function addLocalTime(time) {
  const moment = new Date(time.dateTime);
  const own = Intl.DateTimeFormat().resolvedOptions().timeZone;
  const there = clockIn(time.dataset.zone, moment);
  const here = clockIn(own, moment);
  if (there === here || time.dataset.shown) return;
  time.dataset.shown = "yes";
  const isSameDay = there.slice(0, 10) === here.slice(0, 10);
  const words = time.dataset.words.replace("%(time)s", shownHere(moment, isSameDay));
  const beside = document.createElement("span");
  beside.className = "soft local-time";
  beside.textContent = ` · ${words}`;
  const zone = time.nextElementSibling;
  (zone?.matches("[data-zone-name]") ? zone : time).after(beside);
}

for (const time of document.querySelectorAll("time[data-zone]")) {
  try {
    addLocalTime(time);
  } catch {
    // A zone or a format this browser does not know: the scorecard's time stands.
  }
}
