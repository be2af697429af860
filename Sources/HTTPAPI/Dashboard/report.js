// The SMTP AUTH clients report: sending volume and TLS usage.

import { get, getCSV, hasRoute, post } from "./api.js";
import { DayChart, versionSeries } from "./charts.js";
import { save, spreadsheetSafe } from "./download.js";
import { cutName, fill, h, uniqueID } from "./dom.js";
import { bytes, collator, number, period, share, t, versionClass, versionName, versions } from "./format.js";
import { nameButton } from "./insight.js";
import { PeriodChoice } from "./period.js";
import { Loading, empty, failure, pageLength, pager, select, table } from "./table.js";

const tabs = ["volume", "tls"];

export class ReportView {
  constructor(app) {
    this.app = app;
    this.place = h("div", { class: "stack" });
    this.panel = uniqueID("panel");
    this.filters = new Filters(app);
    this.tabs = tabs.map((tab) => h("button", {
      type: "button", role: "tab", id: `${this.panel}-${tab}`, "aria-controls": this.panel,
      onclick: () => app.go({ sort: null, cursor: null }, { tab }), onkeydown: (event) => this.turn(event),
    }, t(`tab-${tab}`)));
    this.element = h("div", { class: "stack" },
      h("div", { class: "head" }, h("div", {}, h("h1", {}, t("report-title")), this.period = h("p", {}))),
      h("div", { class: "tabs", role: "tablist", "aria-label": t("view-data-by") }, this.tabs),
      this.filters.element,
      h("div", { id: this.panel, role: "tabpanel", tabindex: "0" }, this.place));
    this.loading = new Loading(this.place);
    this.chartCard = h("section", { class: "card" }, this.chartTitle = h("header", {}));
    this.tableCard = h("section", { class: "card" });
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
    for (const name of ["start", "end", "days", "domain", "search"]) question[name] = parameters.get(name);
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
      let found;
      try {
        found = await get(`/v1/report/${tab}`, { ...question, limit: pageLength, cursor }, signal);
      } catch (error) {
        // The days have moved on since the page was turned.
        if (error.problem?.parameter !== "cursor") throw error;
        this.app.go({ cursor: null }, { replaces: true });
        return undefined;
      }
      const key = JSON.stringify([tab, question, cursor, found]);
      if (key === this.key && this.tableCard.isConnected) return undefined;
      this.key = key;
      this.report = found;
      return this.content(question, cursor);
    }, () => this.show(state));
    select(this.tableCard, state.parameters.get("sender"));
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
    fill(this.chartCard, h("header", {}, h("h2", {}, tab === "tls" ? t("chart-tls") : t("messages-per-day")),
      h("span", { class: "quiet" }, t("messages-count", { n: report.total.messages }), tab === "volume" ? ` · ${bytes(report.total.bytes)}` : "")), this.chart.element);
    fill(this.tableCard, h("header", {}, h("h2", {}, t("details-table"))), this.table(question, cursor));
    return [this.chartCard, this.tableCard];
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
      return question.search && total.messages ? empty(t("no-match"), t("no-match-text")) : empty(t("no-messages"), t("no-messages-text"));
    }
    return [
      table({
        caption: t("details-table"), rows, columns: this.columns(), sort: question.sort,
        onSort: (sort) => this.app.go({ sort: sort === "messages" ? null : sort, cursor: null }, { replaces: true }),
        onOpen: (row) => this.app.go({ sender: row.sender }), nameOf: (row) => row.sender,
      }),
      pager({ cursor, rows: rows.length, next, onTurn: (target) => this.app.go({ cursor: target }) }),
    ];
  }

  columns() {
    const names = [
      { title: t("sender"), sort: "sender", isName: true, cell: (row) => nameButton(row.sender, () => this.app.go({ sender: row.sender })) },
      { title: t("domain"), sort: "domain", class: () => "domain", headClass: "domain", cell: (row) => cutName(row.domain) },
      { title: t("messages"), sort: "messages", isNumber: true, cell: (row) => number(row.messages) },
    ];
    if (this.tab === "volume") {
      return [...names,
        { title: t("recipients"), sort: "recipients", isNumber: true, cell: (row) => number(row.recipients) },
        { title: t("size"), sort: "bytes", isNumber: true, cell: (row) => bytes(row.bytes) },
      ];
    }
    const { tls } = this.report.total;
    return [...names, ...["1.0", "1.1", "1.2", "1.3", "none", "ssl3", "unknown"]
      .filter((version) => version !== "ssl3" || tls.ssl3 > 0)
      .map((version) => ({
        title: t(`column-${version}`), sort: version in { none: 1, ssl3: 1, unknown: 1 } ? version : `tls${version}`, isNumber: true,
        class: (row) => (row.tls[version] === 0 ? "nil" : ["none", "ssl3", "1.0"].includes(version) ? "weak" : ""),
        cell: (row) => (row.tls[version] === 0 ? "–" : share(row.percent[version], row.tls[version])),
      }))];
  }

  async download() {
    const csv = await getCSV(`/v1/report/${this.tab}`, this.question(this.state));
    save(`smtp-auth-${this.tab}-${this.report.start}-${this.report.end}.csv`, spreadsheetSafe(csv));
  }
}

/** Show data for, dates, search; what to do with the report. */
class Filters {
  constructor(app) {
    this.app = app;
    const set = (changes) => app.go({ ...changes, cursor: null }, { replaces: true });
    this.domain = h("select", { "data-key": "domain", onchange: (event) => set({ domain: event.target.value }) }, h("option", { value: "" }, t("all-domains")));
    this.start = h("input", { type: "date", "data-key": "start", onchange: () => this.setDates() });
    this.end = h("input", { type: "date", "data-key": "end", onchange: () => this.setDates() });
    this.search = h("input", { type: "search", "data-key": "search", maxlength: 500, spellcheck: "false", autocomplete: "off", placeholder: t("search-hint"), oninput: () => this.searchSoon() });
    this.periods = new PeriodChoice(app);
    this.request = h("button", { type: "button", class: "button", hidden: true, onclick: () => this.view.app.pane.open(t("request-report"), "", requestForm(this.view)) }, t("request-report"));
    this.save = h("button", { type: "button", class: "button", onclick: () => this.download() }, t("download"));
    this.problem = h("div", {});
    const label = (text, control, more) => h("label", { class: more }, text, control);
    this.element = h("div", { class: "stack" }, h("div", { class: "filters", role: "search", "aria-label": t("filters") },
      label(t("show-data-for"), this.domain), label(t("start-date"), this.start), label(t("end-date"), this.end),
      this.periods.element,
      label(t("search"), this.search, "search"),
      h("div", { class: "actions" }, this.save, this.request)), this.problem);
    hasRoute("/v1/mail-report").then((has) => { this.request.hidden = !has; }, () => {});
  }

  setDates() {
    const [start, end] = [this.start.value, this.end.value];
    if (!start || !end) return;
    this.app.go({ start, end: end < start ? start : end, days: null, cursor: null }, { replaces: true });
  }

  searchSoon() {
    clearTimeout(this.timer);
    this.timer = setTimeout(() => this.app.go({ search: this.search.value, cursor: null }, { replaces: true }), 200);
  }

  show(state, view) {
    this.view = view;
    const { parameters } = state;
    if (document.activeElement !== this.search) this.search.value = parameters.get("search") ?? "";
    this.periods.show(parameters);
    const domain = parameters.get("domain") ?? "";
    const question = ["start", "end", "days"].map((name) => parameters.get(name));
    if (domain && ![...this.domain.options].some((option) => option.value === domain)) this.domain.append(h("option", { value: domain }, cutText(domain)));
    this.domain.value = domain;
    if (this.key !== String(question)) this.loadDomains(question, domain);
    this.key = String(question);
  }

  async loadDomains([start, end, days], domain) {
    try {
      const { rows } = await get("/v1/domains", { start, end, days, limit: 500 });
      const names = new Set(rows.map((row) => row.domain).sort(collator().compare));
      if (domain) names.add(domain);
      fill(this.domain, h("option", { value: "" }, t("all-domains")), [...names].map((one) => h("option", { value: one }, cutText(one))));
      this.domain.value = this.view.state.parameters.get("domain") ?? "";
    } catch {
      // The report itself says what is wrong.
      this.key = undefined;
    }
  }

  showPeriod({ start, end }) {
    for (const [input, value] of [[this.start, start], [this.end, end]]) if (document.activeElement !== input) input.value = value;
  }

  async download() {
    this.save.disabled = true;
    try {
      await this.view.download();
      fill(this.problem);
    } catch (error) {
      fill(this.problem, failure(error, () => this.download()));
    }
    this.save.disabled = false;
  }
}

function cutText(text) {
  const whole = cutName(text).title;
  return whole.length > 60 ? `${whole.slice(0, 59)}…` : whole;
}

/** Asks for the report by e-mail: the same period, to the recipients that are named. */
function requestForm(view) {
  const { start, end } = view.report;
  const dates = [h("input", { type: "date", value: start }), h("input", { type: "date", value: end })];
  const recipients = h("textarea", { rows: 3, spellcheck: "false" });
  const outcome = h("div", {});
  const send = async () => {
    try {
      await post("/v1/mail-report", { start: dates[0].value, end: dates[1].value, recipients: recipients.value.split(/[\s,;]+/).filter(Boolean) });
      fill(outcome, h("p", { class: "note good", role: "status" }, h("b", {}, t("report-sent"))));
    } catch (error) {
      fill(outcome, failure(error));
    }
  };
  return h("div", { class: "card" }, h("div", { class: "filters" },
    h("label", {}, t("start-date"), dates[0]), h("label", {}, t("end-date"), dates[1]),
    h("label", { class: "search" }, t("mail-recipients"), recipients),
    h("div", { class: "actions" }, h("button", { type: "button", class: "button main", onclick: send }, t("request-report")))), outcome);
}
