// Cut-off: who could no longer send if the server required a TLS version.

import { get } from "./api.js";
import { DayChart } from "./charts.js";
import { h, nameButton } from "./dom.js";
import { number, percent, period, portion, t, time, versionClass, versionName } from "./format.js";
import { PeriodChoice } from "./period.js";
import { empty, Loading, pageLength, pager, table } from "./table.js";

const minimums = ["1.0", "1.1", "1.2", "1.3"];

export class CutoffView {
  constructor(app) {
    this.app = app;
    this.place = h("div", { class: "stack" });
    this.choice = minimums.map((one) =>
      h("button", {
        type: "button",
        onclick: () => app.go({ minimum: one, cursor: null }, { replaces: true }),
      }, `TLS ${one}`)
    );
    this.periods = new PeriodChoice(app);
    this.element = h(
      "div",
      { class: "stack" },
      h(
        "div",
        { class: "head" },
        h("div", {}, h("h1", {}, t("cutoff-title")), this.period = h("p", {})),
      ),
      h(
        "div",
        { class: "filters" },
        h(
          "div",
          { class: "field small quiet" },
          t("minimum"),
          h("div", { class: "choice", role: "group", "aria-label": t("minimum") }, this.choice),
        ),
        this.periods.element,
      ),
      this.place,
    );
    this.loading = new Loading(this.place);
    this.chart = new DayChart(t("cutoff-chart"));
  }

  async show(state) {
    const { parameters } = state;
    const minimum = parameters.get("minimum") ?? "1.2";
    for (const [place, one] of minimums.entries()) {
      this.choice[place].setAttribute("aria-pressed", one === minimum);
    }
    this.periods.show(parameters);
    const question = { minimum, sort: parameters.get("sort") };
    for (const one of ["start", "end", "days"]) question[one] = parameters.get(one);
    const cursor = parameters.get("cursor");
    await this.loading.show(async (signal) => {
      const found = await get("/v1/cutoff", { ...question, limit: pageLength, cursor }, signal);
      const key = JSON.stringify([question, cursor, found]);
      if (key === this.key && this.chart.element.isConnected) return undefined;
      this.key = key;
      this.report = found;
      return this.content(question, cursor);
    }, () => this.show(state));
    if (this.chart.element.isConnected) await this.drawChart();
  }

  drawChart() {
    const { days, total } = this.report;
    return this.chart.show(days.map((one) => one.date), [
      {
        label: t("below", { minimum: total.minimum }),
        colour: "series-weak",
        values: days.map((one) => one.below),
      },
      {
        label: t("good-enough", { minimum: total.minimum }),
        colour: "series-rest",
        values: days.map((one) => one.messages - one.below),
      },
    ]);
  }

  content(question, cursor) {
    const { total, rows, next, start, end, timezone } = this.report;
    this.period.textContent = `${period(start, end)} · ${timezone}`;
    const minimum = versionName(total.minimum);
    if (!total.below) {
      return h(
        "div",
        { class: "card" },
        total.messages
          ? h(
            "div",
            { class: "note good" },
            h("b", {}, t("nobody-cut-off", { minimum })),
            h("span", {}, t("nobody-cut-off-text", { n: total.messages })),
          )
          : empty(t("no-messages"), t("no-messages-text")),
      );
    }
    return [
      h(
        "div",
        { class: "note warning" },
        h("b", {}, t("cut-off", { n: total.accounts, minimum })),
        h(
          "span",
          {},
          t("cut-off-messages", {
            below: total.below,
            n: total.messages,
            percent: percent(portion(total.below, total.messages)),
          }),
        ),
      ),
      h(
        "section",
        { class: "card" },
        h("header", {}, h("h2", {}, t("cutoff-chart"))),
        this.chart.element,
      ),
      h(
        "section",
        { class: "card" },
        h("header", {}, h("h2", {}, t("accounts"))),
        table({
          caption: t("cutoff-title"),
          rows,
          sort: question.sort ?? "below",
          onOpen: (row) => this.app.go({ account: row.account }),
          onSort: (sort) => this.app.go({ sort, cursor: null }, { replaces: true }),
          columns: [
            {
              title: t("account"),
              sort: "account",
              isName: true,
              cell: (row) => nameButton(row.account, () => this.app.go({ account: row.account })),
            },
            {
              title: t("messages"),
              sort: "messages",
              isNumber: true,
              cell: (row) => number(row.messages),
            },
            {
              title: t("below", { minimum: total.minimum }),
              sort: "below",
              isNumber: true,
              cell: (row) => `${percent(portion(row.below, row.messages))} (${number(row.below)})`,
            },
            { title: t("last-time"), sort: "last", isTime: true, cell: (row) => time(row.last) },
            {
              title: t("tls-title"),
              cell: (row) => (row.version
                ? [
                  h("span", {
                    class: `swatch ${versionClass(row.version)}`,
                    "aria-hidden": "true",
                  }),
                  versionName(row.version),
                ]
                : "–"),
            },
            { title: t("from"), cell: (row) => h("span", { class: "mono" }, row.client ?? "–") },
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
