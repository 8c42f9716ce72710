// Replaces a chart's SVG by the interactive figure when it comes near; keeps the SVG
// on phones, in print, without Plotly, and when anything goes wrong.

const wide = window.matchMedia("screen and (min-width: 48rem)");
let plotly = null;
// Two looks at the page may find the same figure while it is on its way.
const begun = new WeakSet();

function loadPlotly(source) {
  plotly ??= new Promise((resolve, reject) => {
    const script = document.createElement("script");
    script.src = source;
    script.onload = () => resolve(window.Plotly);
    script.onerror = () => {
      plotly = null;
      reject(new Error("plotly.js could not be loaded"));
    };
    document.head.append(script);
  });
  return plotly;
}

async function bringToLife(figure) {
  const picture = figure.querySelector(".chart-picture");
  const { data, layout } = JSON.parse(
    figure.querySelector('script[type="application/json"]').textContent,
  );
  const Plotly = await loadPlotly(figure.dataset.plotly);
  await document.fonts.ready;
  const live = document.createElement("div");
  live.className = "chart-live";
  live.setAttribute("role", "img");
  live.setAttribute("aria-label", picture.dataset.alternative);
  picture.append(live);
  try {
    await Plotly.newPlot(live, data, layout, { displayModeBar: false, responsive: true });
    live.on("plotly_click", ({ points }) => {
      const href = points[0]?.customdata;
      if (typeof href === "string" && href) window.location.assign(href);
    });
    figure.classList.add("is-live");
  } catch (error) {
    live.remove();
    throw error;
  }
}

const near = new IntersectionObserver(
  (entries) => {
    for (const { isIntersecting, target } of entries) {
      if (!isIntersecting || !wide.matches || begun.has(target)) continue;
      near.unobserve(target);
      begun.add(target);
      bringToLife(target).catch((error) => {
        begun.delete(target);
        console.warn(error.message);
      });
    }
  },
  { rootMargin: "400px" },
);

function follow({ target }) {
  const href = target.closest("[data-href]")?.dataset.href;
  if (href) window.location.assign(href);
}

function watch(root) {
  const figures = root.querySelectorAll("figure[data-chart]:not(.is-live)");
  figures.forEach((figure) => {
    if (!figure.querySelector("[data-href]") || figure.classList.contains("is-followed")) return;
    figure.classList.add("is-followed");
    figure.querySelectorAll(".chart-svg").forEach((svg) => svg.addEventListener("click", follow));
  });
  figures.forEach((figure) => near.observe(figure));
}

watch(document);
document.addEventListener("htmx:load", (event) => watch(event.target));
wide.addEventListener("change", () => {
  near.disconnect();
  watch(document);
});
