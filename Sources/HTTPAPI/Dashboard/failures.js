// Failed AUTH, by account or by client network.

import { get } from "./api.js";
import { DayChart } from "./charts.js";
import { cutName, h } from "./dom.js";
import { number, period, t, time } from "./format.js";
import { PeriodChoice } from "./period.js";
import { empty, Loading, pageLength, pager, table } from "./table.js";

const groupings = ["account", "network"];

export class FailuresView {
  constructor(app) {
    this.app = app;
    this.place = h("div", { class: "stack" });
    this.choice = groupings.map((one) =>
      h("button", {
        type: "button",
        onclick: () => app.go({ by: one, sort: null, cursor: null }, { replaces: true }),
      }, t(`by-${one}`))
    );
    this.periods = new PeriodChoice(app);
    this.element = h(
      "div",
      { class: "stack" },
      h(
        "div",
        { class: "head" },
        h("div", {}, h("h1", {}, t("failures-title")), this.period = h("p", {})),
      ),
      h(
        "div",
        { class: "filters" },
        h(
          "div",
          { class: "field small quiet" },
          t("group-by"),
          h("div", { class: "choice", role: "group", "aria-label": t("group-by") }, this.choice),
        ),
        this.periods.element,
      ),
      this.place,
    );
    this.loading = new Loading(this.place);
    this.chart = new DayChart(t("failures-chart"));
  }

  async show(state) {
    const { parameters } = state;
    const by = parameters.get("by") === "network" ? "network" : "account";
    for (const [place, one] of groupings.entries()) {
      this.choice[place].setAttribute("aria-pressed", one === by);
    }
    this.periods.show(parameters);
    const question = { by, sort: parameters.get("sort") };
    for (const one of ["start", "end", "days"]) question[one] = parameters.get(one);
    const cursor = parameters.get("cursor");
    await this.loading.show(async (signal) => {
      const found = await get("/v1/failures", { ...question, limit: pageLength, cursor }, signal);
      const key = JSON.stringify([question, cursor, found]);
      if (key === this.key && this.chart.element.isConnected) return undefined;
      this.key = key;
      this.report = found;
      return this.content(question, cursor);
    }, () => this.show(state));
    if (this.chart.element.isConnected) {
      const { days } = this.report;
      await this.chart.show(days.map((one) => one.date), [{
        label: t("failures"),
        colour: "series-failed",
        values: days.map((one) => one.failures),
      }]);
    }
  }

  content(question, cursor) {
    const { total, rows, next, start, end, timezone } = this.report;
    this.period.textContent = `${period(start, end)} · ${timezone}`;
    if (!total.failures) {
      return h("div", { class: "card" }, empty(t("no-failures"), t("no-failures-text")));
    }
    const { by } = question;
    const other = by === "account" ? "networks" : "accounts";
    return [
      h(
        "section",
        { class: "card" },
        h(
          "header",
          {},
          h("h2", {}, t("failures-chart")),
          h("span", { class: "quiet" }, t("failures-count", { n: total.failures })),
        ),
        this.chart.element,
      ),
      h(
        "section",
        { class: "card" },
        h("header", {}, h("h2", {}, t(`by-${by}`))),
        table({
          caption: t("failures-title"),
          rows,
          sort: question.sort ?? "failures",
          onSort: (sort) => this.app.go({ sort, cursor: null }, { replaces: true }),
          columns: [
            {
              title: t(by),
              sort: by,
              isName: true,
              cell: (row) => cutName(row[by], { class: by === "network" ? "name mono" : "name" }),
            },
            {
              title: t("failures"),
              sort: "failures",
              isNumber: true,
              cell: (row) => number(row.failures),
            },
            { title: t(other), sort: other, isNumber: true, cell: (row) => number(row[other]) },
            { title: t("first-time"), sort: "first", isTime: true, cell: (row) => time(row.first) },
            { title: t("last-time"), sort: "last", isTime: true, cell: (row) => time(row.last) },
          ],
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
