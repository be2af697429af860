// A list with a choice, a period, a chart per day, and a table that turns its pages.

import { DayChart } from "./charts.js";
import { card, h, heading } from "./dom.js";
import { period, t } from "./format.js";
import { PeriodChoice } from "./period.js";
import { getPage, gone, Loading, pager, table } from "./table.js";

/**
 * What `CutoffView` and `FailuresView` share. They have `series()`, `nothing()` (what stands in the
 * place of a list without rows), `note()`, `chartSide()`, `tableTitle(question)` and
 * `columns(question)`.
 */
export class ListView {
  /**
   * `choice` has `title`, `parameter`, `usual` and `options` (pairs of value and text), and may have
   * `resets`: what another choice changes, too.
   */
  constructor(app, { route, title, chart, sort, choice }) {
    Object.assign(this, { app, route, title, chartTitle: chart, sort, choice });
    this.place = h("div", { class: "stack" });
    this.buttons = choice.options.map(([value, text]) =>
      h("button", {
        type: "button",
        "data-value": value,
        onclick: () =>
          app.go({ [choice.parameter]: value, cursor: null, ...choice.resets }, { replaces: true }),
      }, text)
    );
    this.periods = new PeriodChoice(app);
    this.period = h("p", {});
    this.element = h(
      "div",
      { class: "stack" },
      heading(title, this.period),
      h(
        "div",
        { class: "filters" },
        h(
          "div",
          { class: "field" },
          choice.title,
          h("div", { class: "choice", role: "group", "aria-label": choice.title }, this.buttons),
        ),
        this.periods.element,
      ),
      this.place,
    );
    this.loading = new Loading(this.place);
    this.chart = new DayChart(chart);
  }

  async show(state) {
    const { parameters } = state;
    const given = parameters.get(this.choice.parameter);
    const chosen = this.choice.options.some(([value]) => value === given)
      ? given
      : this.choice.usual;
    for (const one of this.buttons) {
      one.setAttribute("aria-pressed", one.dataset.value === chosen);
    }
    this.periods.show(parameters);
    const question = { [this.choice.parameter]: chosen, sort: parameters.get("sort") };
    for (const one of ["start", "end", "days"]) question[one] = parameters.get(one);
    const cursor = parameters.get("cursor");
    await this.loading.show(async (signal) => {
      const found = await getPage(this.app, this.route, { ...question, cursor }, signal);
      if (!found) return undefined;
      const key = JSON.stringify([question, cursor, found]);
      if (key === this.key && this.chart.element.isConnected) return undefined;
      this.key = key;
      this.report = found;
      return this.content(question, cursor);
    }, () => this.show(state));
    if (this.chart.element.isConnected) {
      await this.chart.show(this.report.days.map((one) => one.date), this.series());
    }
  }

  content(question, cursor) {
    const { rows, next, start, end, timezone } = this.report;
    this.period.textContent = `${period(start, end)} · ${timezone}`;
    const nothing = this.nothing();
    if (nothing) return [gone(this.report), h("div", { class: "card" }, nothing)];
    return [
      gone(this.report),
      this.note(),
      card(this.chartTitle, { side: this.chartSide() }, this.chart.element),
      card(
        this.tableTitle(question),
        {},
        table({
          caption: this.title,
          rows,
          sort: question.sort ?? this.sort,
          onOpen: this.onOpen,
          onSort: (sort) => this.app.go({ sort, cursor: null }, { replaces: true }),
          columns: this.columns(question),
        }),
        pager({
          cursor,
          rows: rows.length,
          next,
          onTurn: (target) => this.app.go({ cursor: target }),
        }),
      ),
    ];
  }
}
