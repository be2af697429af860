// Charts by Chart.js, each with the same figures in a table.

import { fill, h } from "./dom.js";
import { date, day, number, percent, portion, shortDay, t } from "./format.js";

let library;
const live = new Set();

/** Loads Chart.js; null: it is not installed. */
function load() {
  library ??= new Promise((resolve) => {
    const script = h("script", { src: "/dashboard/chart.js" });
    script.addEventListener("load", () => resolve(window.Chart ?? null));
    script.addEventListener("error", () => resolve(null));
    document.head.append(script);
  });
  return library;
}

// At once: it is there when the first figures are.
load();

/** Whether there is room for the names of seven days. */
const chartIsWide = (canvas) => canvas.clientWidth >= 560;

/** The colour that a class has now, in the theme that is shown. */
function colour(className, property = "backgroundColor") {
  const probe = h("span", { class: className, hidden: true });
  document.body.append(probe);
  const found = getComputedStyle(probe)[property];
  probe.remove();
  return found;
}

/**
 * A chart per day: bars, on top of each other if there are several series.
 *
 * A series has `label`, `colour` (a class) and `values`, one a day.
 */
export class DayChart {
  constructor(label, { isLow = false } = {}) {
    this.label = label;
    this.canvas = h("canvas", { role: "img" });
    this.tip = h("div", { class: "tip", hidden: true, "aria-hidden": "true" });
    this.box = h("div", { class: isLow ? "chart low" : "chart" }, this.canvas, this.tip);
    this.legend = h("div", { class: "legend", "aria-hidden": "true" });
    this.table = h("details", { class: "figures" });
    this.element = h("figure", {}, this.box, this.legend, this.table);
  }

  async show(days, series) {
    const key = JSON.stringify([days, series]);
    const { drawn } = this;
    const place = this.element.parentNode;
    // Where the chart was moved it is drawn anew: the library may miss a canvas that comes back.
    const isThere = this.isMissing || this.canvas.isConnected;
    if (key === drawn?.key && place === drawn.place && isThere) return;
    this.days = days;
    this.series = series;
    this.canvas.setAttribute("aria-label", this.summary());
    this.showTable();
    fill(
      this.legend,
      series.length > 1
        ? series.map((one) =>
          h("span", {}, h("span", { class: `swatch ${one.colour}` }), one.label)
        )
        : [],
    );
    const Chart = await load();
    if (this.series !== series) return;
    this.drawn = { key, place };
    if (Chart) this.draw(Chart);
    else if (!this.isMissing) this.showMissing();
  }

  summary() {
    const total = this.series.reduce((sum, one) => sum + one.values.reduce((a, b) => a + b, 0), 0);
    return t("chart-summary", {
      what: this.label,
      start: date(this.days[0]),
      end: date(this.days.at(-1)),
      total,
    });
  }

  showMissing() {
    this.isMissing = true;
    fill(
      this.box,
      h(
        "p",
        { class: "note", role: "note" },
        h("b", {}, t("no-chart-title")),
        h("span", {}, t("no-chart-text"), " ", h("code", {}, "apt install libjs-chart.js")),
      ),
    );
    this.box.className = "";
    this.table.open = true;
  }

  /** A day; with its year, where it comes more than once. */
  dayOf(place, short = day) {
    return (this.days.length > 365 ? date : short)(this.days[place]);
  }

  showTable() {
    const isOpen = this.table.open;
    const head = h(
      "tr",
      {},
      h("th", { scope: "col" }, t("day")),
      this.series.map((one) => h("th", { scope: "col", class: "number" }, one.label)),
    );
    const rows = this.days.map((_, place) =>
      h(
        "tr",
        {},
        h("th", { scope: "row" }, this.dayOf(place)),
        this.series.map(({ values }) => h("td", { class: "number" }, number(values[place]))),
      )
    );
    fill(
      this.table,
      h("summary", { "data-key": `show-${this.label}` }, t("show-figures")),
      h(
        "div",
        {
          class: "scroll",
          tabindex: "0",
          role: "region",
          "aria-label": this.label,
          "data-key": `figures-${this.label}`,
        },
        h(
          "table",
          {},
          h("caption", { class: "off-screen" }, this.label),
          h("thead", {}, head),
          h("tbody", {}, rows),
        ),
      ),
    );
    this.table.open = isOpen;
  }

  draw(Chart) {
    this.chart?.destroy();
    for (const one of live) if (!one.canvas.isConnected) one.forget();
    live.add(this);
    const line = colour("chart-line", "color");
    const text = colour("quiet", "color");
    const font = { family: getComputedStyle(document.body).fontFamily, size: 12 };
    this.chart = new Chart(this.canvas, {
      type: "bar",
      data: {
        labels: this.days,
        // The first series stands on the axis.
        datasets: this.series.map((one) => ({
          label: one.label,
          data: one.values,
          backgroundColor: colour(`swatch ${one.colour}`),
          maxBarThickness: 46,
          borderColor: colour("chart-gap", "color"),
          borderWidth: this.series.length > 1 ? { top: 1 } : 0,
          borderRadius: this.series.length > 1 ? 0 : 3,
          categoryPercentage: .82,
          barPercentage: .92,
        })),
      },
      options: {
        responsive: true,
        maintainAspectRatio: false,
        animation: false,
        locale: document.documentElement.lang,
        interaction: { mode: "index", intersect: false },
        plugins: {
          legend: { display: false },
          tooltip: { enabled: false, external: (context) => this.showTip(context) },
        },
        scales: {
          x: {
            stacked: true,
            grid: { display: false, drawBorder: true, borderColor: line },
            ticks: {
              color: text,
              font,
              maxRotation: 0,
              autoSkipPadding: 14,
              callback: (
                place,
              ) => (this.days.length <= 7 && chartIsWide(this.canvas)
                ? day(this.days[place])
                : this.dayOf(place, shortDay)),
            },
          },
          y: {
            stacked: true,
            beginAtZero: true,
            grid: { color: line, drawBorder: false, drawTicks: false },
            ticks: {
              color: text,
              font,
              padding: 8,
              precision: 0,
              maxTicksLimit: 6,
              callback: (value) => number(value),
            },
          },
        },
      },
    });
  }

  /** The day's figures beside the pointer. */
  showTip({ chart, tooltip }) {
    this.tip.hidden = tooltip.opacity === 0 || !tooltip.dataPoints?.length;
    if (this.tip.hidden) return;
    const place = tooltip.dataPoints[0].dataIndex;
    const all = this.series.reduce((sum, one) => sum + one.values[place], 0);
    const lines = [...this.series].reverse().filter((one) =>
      this.series.length === 1 || one.values[place] > 0
    );
    fill(
      this.tip,
      h("b", {}, this.dayOf(place)),
      lines.map((one) =>
        h(
          "div",
          {},
          h("span", { class: `swatch ${one.colour}` }),
          `${one.label} `,
          h("b", {}, number(one.values[place])),
          this.series.length > 1 ? ` · ${percent(portion(one.values[place], all))}` : "",
        )
      ),
      this.series.length > 1
        ? h("div", { class: "sum" }, t("total"), " ", h("b", {}, number(all)))
        : null,
    );
    const room = chart.width - this.tip.offsetWidth;
    const left = tooltip.caretX + 14 > room
      ? tooltip.caretX - this.tip.offsetWidth - 14
      : tooltip.caretX + 14;
    this.tip.style.left = `${Math.max(0, Math.min(room, left))}px`;
    this.tip.style.top = "8px";
  }

  /** Its canvas is blank from now on: the same figures are drawn again where they are shown again. */
  forget() {
    live.delete(this);
    this.chart?.destroy();
    this.chart = undefined;
    this.drawn = undefined;
  }
}

const shown = () => [...live].filter((one) => one.canvas.isConnected);

/** Draws all charts in the colours of the theme. */
export async function redraw() {
  const Chart = await load();
  if (Chart) { for (const one of shown()) one.draw(Chart); }
}

/** The room for a chart on a sheet of A4, in CSS pixels. */
const paperWidth = 640;

addEventListener("beforeprint", () => {
  document.documentElement.classList.add("paper");
  for (const one of shown()) {
    const height = one.box.clientHeight;
    one.draw(window.Chart);
    one.chart.resize(paperWidth, height);
  }
});
addEventListener("afterprint", () => {
  document.documentElement.classList.remove("paper");
  redraw();
});

/** The series of a report's days by TLS version; versions without a message are left out. */
export function versionSeries(days, versions, label, colourOf) {
  const used = versions.filter((version) => days.some((one) => one.tls[version] > 0));
  return (used.length ? used : versions.slice(0, 1)).map((version) => ({
    label: label(version),
    colour: colourOf(version),
    values: days.map((one) => one.tls[version]),
  }));
}
