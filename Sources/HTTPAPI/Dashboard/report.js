// The SMTP AUTH clients report: sending volume and TLS usage.

import { getCSV } from "./api.js";
import { DayChart, versionSeries } from "./charts.js";
import { save, spreadsheetSafe } from "./download.js";
import { card, cutName, h, heading, nameButton, uniqueID } from "./dom.js";
import { Filters } from "./filters.js";
import { bytes, number, period, share, t, versionClass, versionName, versions } from "./format.js";
import { empty, getPage, gone, Loading, pager, select, table } from "./table.js";

const tabs = ["volume", "tls"];

export class ReportView {
  constructor(app) {
    this.app = app;
    this.place = h("div", { class: "stack" });
    this.panel = uniqueID("panel");
    this.filters = new Filters(app);
    this.tabs = tabs.map((tab) =>
      h("button", {
        type: "button",
        role: "tab",
        id: `${this.panel}-${tab}`,
        "aria-controls": this.panel,
        onclick: () => app.go({ sort: null, cursor: null }, { tab }),
        onkeydown: (event) => this.turn(event),
      }, t(`tab-${tab}`))
    );
    this.element = h(
      "div",
      { class: "stack" },
      heading(t("report-title"), this.period = h("p", {})),
      h("div", { class: "tabs", role: "tablist", "aria-label": t("view-data-by") }, this.tabs),
      this.filters.element,
      h("div", { id: this.panel, role: "tabpanel", tabindex: "0" }, this.place),
    );
    this.loading = new Loading(this.place);
  }

  /** Arrow keys go from tab to tab. */
  turn(event) {
    const step = { ArrowLeft: -1, ArrowRight: 1 }[event.key];
    if (!step) return;
    const next = this.tabs[(this.tabs.indexOf(event.target) + step + tabs.length) % tabs.length];
    next.focus();
    next.click();
  }

  get tab() {
    return tabs.includes(this.state.tab) ? this.state.tab : "volume";
  }

  question(state) {
    const { parameters } = state;
    const question = { sort: parameters.get("sort") ?? "messages" };
    for (const name of ["start", "end", "days", "domain", "search"]) {
      question[name] = parameters.get(name);
    }
    return question;
  }

  async show(state) {
    this.state = state;
    const { tab } = this;
    for (const [place, one] of tabs.entries()) {
      this.tabs[place].setAttribute("aria-selected", one === tab);
      this.tabs[place].tabIndex = one === tab ? 0 : -1;
    }
    document.getElementById(this.panel)?.setAttribute("aria-labelledby", `${this.panel}-${tab}`);
    this.filters.show(state, this);
    const question = this.question(state);
    const cursor = state.parameters.get("cursor");
    const isCurrent = await this.loading.show(async (signal) => {
      const found = await getPage(this.app, `/v1/report/${tab}`, { ...question, cursor }, signal);
      if (!found) return undefined;
      const key = JSON.stringify([tab, question, cursor, found]);
      if (key === this.key && this.chart?.element.isConnected) return undefined;
      this.key = key;
      this.report = found;
      return this.content(question, cursor);
    }, () => this.show(state));
    select(this.place, state.parameters.get("sender"));
    if (isCurrent && this.chart?.element.isConnected) await this.drawChart();
  }

  content(question, cursor) {
    const { report, tab } = this;
    this.period.textContent = `${period(report.start, report.end)} · ${report.timezone}`;
    this.filters.showPeriod(report);
    if (this.chartTab !== tab) {
      this.chart = new DayChart(tab === "tls" ? t("tab-tls") : t("messages-per-day"));
      this.chartTab = tab;
    }
    const side = t("messages-count", { n: report.total.messages }) +
      (tab === "volume" ? ` · ${bytes(report.total.bytes)}` : "");
    return [
      gone(report),
      card(tab === "tls" ? t("chart-tls") : t("messages-per-day"), { side }, this.chart.element),
      card(t("details-table"), {}, this.table(question, cursor)),
    ];
  }

  drawChart() {
    const { days } = this.report;
    const series = this.tab === "tls"
      ? versionSeries(days, versions, versionName, versionClass)
      : [{ label: t("messages"), colour: "series", values: days.map((one) => one.messages) }];
    return this.chart.show(days.map((one) => one.date), series);
  }

  table(question, cursor) {
    const { rows, next, total } = this.report;
    if (!rows.length) {
      return question.search && total.messages
        ? empty(t("no-match"), t("no-match-text"))
        : empty(t("no-messages"), t("no-messages-text"));
    }
    return [
      table({
        caption: t("details-table"),
        rows,
        columns: this.columns(),
        sort: question.sort,
        onSort: (sort) =>
          this.app.go({ sort: sort === "messages" ? null : sort, cursor: null }, {
            replaces: true,
          }),
        onOpen: (row) => this.app.go({ sender: row.sender }),
        nameOf: (row) => row.sender,
      }),
      pager({
        cursor,
        rows: rows.length,
        next,
        onTurn: (target) => this.app.go({ cursor: target }),
      }),
    ];
  }

  columns() {
    const names = [
      {
        title: t("sender"),
        sort: "sender",
        isName: true,
        cell: (row) => nameButton(row.sender, () => this.app.go({ sender: row.sender })),
      },
      {
        title: t("domain"),
        sort: "domain",
        class: () => "domain",
        headClass: "domain",
        cell: (row) => cutName(row.domain),
      },
      {
        title: t("messages"),
        sort: "messages",
        isNumber: true,
        cell: (row) => number(row.messages),
      },
    ];
    if (this.tab === "volume") {
      return [...names, {
        title: t("recipients"),
        sort: "recipients",
        isNumber: true,
        cell: (row) => number(row.recipients),
      }, { title: t("size"), sort: "bytes", isNumber: true, cell: (row) => bytes(row.bytes) }];
    }
    const { tls } = this.report.total;
    return [
      ...names,
      ...["1.0", "1.1", "1.2", "1.3", "none", "ssl3", "unknown"]
        .filter((version) => !["ssl3", "unknown"].includes(version) || tls[version] > 0)
        .map((version) => ({
          title: t(`column-${version}`),
          sort: version in { none: 1, ssl3: 1, unknown: 1 } ? version : `tls${version}`,
          isNumber: true,
          class: (
            row,
          ) => (row.tls[version] === 0
            ? "nil"
            : ["none", "ssl3", "1.0"].includes(version)
            ? "weak"
            : ""),
          cell: (
            row,
          ) => (row.tls[version] === 0 ? "–" : share(row.percent[version], row.tls[version])),
        })),
    ];
  }

  async download() {
    const csv = await getCSV(`/v1/report/${this.tab}`, this.question(this.state));
    save(`smtp-auth-${this.tab}-${this.report.start}-${this.report.end}.csv`, spreadsheetSafe(csv));
  }
}
