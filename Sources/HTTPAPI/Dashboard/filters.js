// What the report is asked for.

import { get, hasRoute } from "./api.js";
import { cutName, fill, h } from "./dom.js";
import { collator, t } from "./format.js";
import { PeriodChoice } from "./period.js";
import { requestForm } from "./request.js";
import { failure } from "./table.js";

/** Show data for, dates, search; what to do with the report. */
export class Filters {
  constructor(app) {
    this.app = app;
    const set = (changes) => app.go({ ...changes, cursor: null }, { replaces: true });
    this.domain = h("select", {
      "data-key": "domain",
      onchange: (event) => set({ domain: event.target.value }),
    }, h("option", { value: "" }, t("all-domains")));
    this.start = this.dateField("start");
    this.end = this.dateField("end");
    this.search = h("input", {
      type: "search",
      "data-key": "search",
      maxlength: 500,
      spellcheck: "false",
      autocomplete: "off",
      placeholder: t("search-hint"),
      oninput: () => this.searchSoon(),
    });
    this.periods = new PeriodChoice(app);
    this.request = h("button", {
      type: "button",
      class: "button",
      hidden: true,
      onclick: () => this.view.app.pane.open(t("request-report"), requestForm(this.view)),
    }, t("request-report"));
    this.save = h(
      "button",
      { type: "button", class: "button", onclick: () => this.download() },
      t("download"),
    );
    this.problem = h("div", {});
    const label = (text, control, more) => h("label", { class: more }, text, control);
    this.element = h(
      "div",
      { class: "stack" },
      h(
        "div",
        { class: "filters", role: "search", "aria-label": t("filters") },
        label(t("show-data-for"), this.domain),
        label(t("start-date"), this.start),
        label(t("end-date"), this.end),
        this.periods.element,
        label(t("search"), this.search, "search"),
        h("div", { class: "actions" }, this.save, this.request),
      ),
      this.problem,
    );
    hasRoute("/v1/mail-report").then((has) => {
      this.request.hidden = !has;
    }, () => {});
  }

  dateField(key) {
    return h("input", {
      type: "date",
      "data-key": key,
      onfocus: () => this.before = this.dates,
      onchange: () => this.setDates(key),
      onblur: () => this.leaveDates(),
    });
  }

  get dates() {
    return { start: this.start.value, end: this.end.value };
  }

  /** A date that would end the period before its start moves the other one, which nobody edits. */
  setDates(edited) {
    const { value } = this[edited];
    const dates = { ...(this.before ?? this.dates), [edited]: value };
    // While a year is typed, each digit of it makes a date.
    if (!dates.start || !dates.end || value < "1000") return;
    if (dates.end < dates.start) dates.start = dates.end = value;
    this.app.go({ ...dates, days: null, cursor: null }, { replaces: true });
  }

  /** Shows the dates that are asked for: one that was not typed to its end is not among them. */
  leaveDates() {
    this.before = undefined;
    const { parameters } = this.app.state;
    const [start, end] = ["start", "end"].map((one) => parameters.get(one));
    this.showPeriod(start && end ? { start, end } : this.view.report ?? this.dates);
  }

  searchSoon() {
    clearTimeout(this.timer);
    this.timer = setTimeout(
      () => this.app.go({ search: this.search.value, cursor: null }, { replaces: true }),
      200,
    );
  }

  show(state, view) {
    this.view = view;
    // What went wrong was of another question.
    if (this.state !== state) fill(this.problem);
    this.state = state;
    const { parameters } = state;
    if (document.activeElement !== this.search) this.search.value = parameters.get("search") ?? "";
    this.periods.show(parameters);
    const domain = parameters.get("domain") ?? "";
    const question = ["start", "end", "days"].map((name) => parameters.get(name));
    if (domain && ![...this.domain.options].some((option) => option.value === domain)) {
      this.domain.append(h("option", { value: domain }, cutText(domain)));
    }
    this.domain.value = domain;
    // New domains come, if seldom.
    const key = JSON.stringify([question, Math.floor(Date.now() / 60_000)]);
    if (this.key === key) return;
    this.key = key;
    this.loadDomains(question, domain, key);
  }

  async loadDomains([start, end, days], domain, key) {
    try {
      // As many as a browser can show in a list; those with most messages come first.
      const limit = 5000;
      const { rows, next } = await get("/v1/domains", { start, end, days, limit });
      if (this.key !== key) return;
      const names = new Set(rows.map((row) => row.domain).sort(collator().compare));
      if (domain) names.add(domain);
      const options = ["", ...names];
      const more = next ? [t("domains-limit", { n: limit })] : [];
      const shown = [...this.domain.options].map((one) => one.value);
      if (String([...options, ...more]) === String(shown)) return;
      fill(
        this.domain,
        options.map((one) => h("option", { value: one }, one ? cutText(one) : t("all-domains"))),
        more.map((text) => h("option", { disabled: true }, text)),
      );
      this.domain.value = this.view.state.parameters.get("domain") ?? "";
    } catch {
      // The report itself says what is wrong.
      if (this.key === key) this.key = undefined;
    }
  }

  showPeriod({ start, end }) {
    for (const [input, value] of [[this.start, start], [this.end, end]]) {
      if (document.activeElement !== input) input.value = value;
    }
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
