// The insight: the last seven days at a glance, as a tile; its flyout; what to do next.

import { address, get } from "./api.js";
import { DayChart, versionSeries } from "./charts.js";
import { card, facts, fill, h, heading, nameButton } from "./dom.js";
import {
  bytes,
  number,
  percent,
  period,
  portion,
  share,
  t,
  versionClass,
  versionName,
  versions,
} from "./format.js";
import { shareBar, shareList } from "./shares.js";
import { empty, Loading, table } from "./table.js";
import { warnings } from "./warnings.js";

const link = (path, text) =>
  h("a", { class: "small", href: address(path), "data-key": `link-${path}` }, text);
const withTLS = ["1.3", "1.2", "1.1", "1.0", "ssl3"];

export class InsightView {
  constructor(app) {
    this.app = app;
    this.notes = h("div", { class: "stack" });
    this.place = h("div", {});
    this.element = h(
      "div",
      { class: "stack" },
      heading(t("insight-title"), this.period = h("p", {})),
      this.notes,
      this.place,
    );
    this.loading = new Loading(this.place);
    this.chart = new DayChart(t("messages-per-day"));
  }

  async show() {
    await this.loading.show(async (signal) => {
      const [insight, status] = await Promise.all([
        get("/v1/insight", { limit: 8 }, signal),
        get("/v1/status", {}, signal),
      ]);
      const notes = JSON.stringify(status.warnings);
      if (notes !== this.shownNotes) fill(this.notes, warnings(status));
      this.notes.hidden = status.warnings.length === 0;
      this.shownNotes = notes;
      const key = JSON.stringify(insight);
      if (key === this.key && this.place.querySelector(".tile")) return undefined;
      this.key = key;
      this.insight = insight;
      this.period.textContent = `${period(insight.start, insight.end)} · ${insight.timezone}`;
      if (this.flyout?.element.isConnected) this.fillFlyout();
      return this.content();
    }, () => this.show());
    await this.drawChart();
  }

  alertsChanged() {
    if (!this.insight || !this.place.querySelector(".tile")) return;
    fill(this.place, this.content());
    this.drawChart();
  }

  drawChart() {
    const days = this.insight?.days;
    if (!days || !this.chart.element.isConnected) return undefined;
    return this.chart.show(
      days.map((one) => one.date),
      versionSeries(days, versions, versionName, versionClass),
    );
  }

  content() {
    const { total, rows } = this.insight;
    if (total.messages === 0 && total.failures === 0) {
      return [
        this.tile(),
        h("div", { class: "card" }, empty(t("nothing-yet"), t("nothing-yet-text"))),
      ];
    }
    return h(
      "div",
      { class: "stack" },
      this.tile(),
      h(
        "div",
        { class: "columns" },
        card(
          t("messages-per-day"),
          { side: link("report/tls", t("tab-tls")) },
          this.chart.element,
        ),
        card(t("next-steps"), {}, this.steps(total)),
      ),
      card(
        t("busiest"),
        { side: link("report/volume", t("report-title")) },
        this.busiest(rows),
      ),
    );
  }

  tile() {
    const { total } = this.insight;
    const firing = this.app.alerts.firingNow;
    const encrypted = withTLS.reduce((sum, version) => sum + total.tls[version], 0);
    // Of the others the log does not tell.
    const known = total.messages - total.tls.unknown;
    const fact = (value, text, more = "") =>
      h("span", { class: more }, h("b", {}, value), h("span", {}, text));
    return h(
      "button",
      {
        type: "button",
        class: "card tile",
        "data-key": "tile",
        "aria-haspopup": "dialog",
        onclick: () => this.openFlyout(),
      },
      h(
        "span",
        { class: "hero" },
        h(
          "span",
          {},
          h("b", { "data-figure": "accounts" }, number(total.accounts)),
          t("accounts-used", { n: total.accounts, days: this.insight.days.length }),
        ),
        h("span", { class: "more" }, t("see-details"), " →"),
      ),
      h(
        "span",
        { class: "facts" },
        fact(number(total.messages), t("messages-label", { n: total.messages })),
        fact(known > 0 ? percent(portion(encrypted, known)) : "–", t("over-tls")),
        fact(number(firing), t("firing-label", { n: firing ?? 0 }), firing ? "firing" : ""),
        h(
          "span",
          { class: "wide" },
          shareBar(total.tls, total.messages),
          h(
            "span",
            { class: "legend" },
            versions.filter((version) => total.tls[version] > 0).map((version) =>
              h(
                "span",
                {},
                h("span", { class: `swatch ${versionClass(version)}` }),
                versionName(version),
              )
            ),
          ),
        ),
      ),
    );
  }

  steps(total) {
    const { accounts, minimum } = total.cutoff;
    const { alerts } = this.app;
    const alerted = alerts.isCurrent
      ? new Set(alerts.firing.map((alert) => alert.account)).size
      : null;
    const steps = [
      alerted !== 0 &&
      [
        alerted ? "bad" : "",
        number(alerted),
        t("step-alerts", { n: alerted ?? 0 }),
        address("alerts"),
      ],
      total.tls.none &&
      [
        "bad",
        number(total.tls.none),
        t("step-none", { n: total.tls.none }),
        address("report/tls", { sort: "none" }),
      ],
      accounts &&
      [
        "fair",
        number(accounts),
        t("step-cutoff", { n: accounts, minimum }),
        address("cutoff", { minimum }),
      ],
      total.failures &&
      [
        "",
        number(total.failures),
        t("step-failures", { n: total.failures }),
        address("failures", { by: "network" }),
      ],
      total.tls.unknown &&
      [
        "",
        number(total.tls.unknown),
        t("step-unknown", { n: total.tls.unknown }),
        address("report/tls", { sort: "unknown" }),
      ],
    ].filter(Boolean);
    if (!steps.length) return h("p", { class: "quiet" }, t("nothing-to-do"));
    return h(
      "ul",
      { class: "todo" },
      steps.map(([kind, figure, text, target]) =>
        h(
          "li",
          {},
          h("b", { class: kind }, figure),
          h("a", { href: target, "data-key": `step-${target}` }, text),
        )
      ),
    );
  }

  busiest(rows) {
    const { messages } = this.insight.total;
    return table({
      caption: t("busiest"),
      rows,
      onOpen: (row) => this.app.go({ sender: row.sender }),
      columns: [
        {
          title: t("sender"),
          isName: true,
          cell: (row) => nameButton(row.sender, () => this.app.go({ sender: row.sender })),
        },
        { title: t("messages"), isNumber: true, cell: (row) => number(row.messages) },
        {
          title: t("share"),
          isNumber: true,
          cell: (row) => percent(portion(row.messages, messages)),
        },
        {
          title: t("tls-title"),
          cell: (
            row,
          ) => [
            shareBar(row.tls, row.messages, true),
            h(
              "span",
              { class: "off-screen" },
              versions.filter((version) => row.tls[version]).map((version) =>
                `${versionName(version)} ${share(row.percent[version], row.tls[version])}`
              ).join(", "),
            ),
          ],
        },
        { title: t("size"), isNumber: true, cell: (row) => bytes(row.bytes) },
      ],
    });
  }

  openFlyout() {
    this.flyout = new DayChart(t("messages-per-day"), { isLow: true });
    this.app.pane.open(t("insight-title"));
    this.fillFlyout();
  }

  fillFlyout() {
    const { total, start, end, days } = this.insight;
    this.app.pane.fill(period(start, end), [
      facts([
        ["accounts", t("accounts"), number(total.accounts)],
        ["messages", t("messages"), number(total.messages)],
        ["recipients", t("recipients"), number(total.recipients)],
        ["size", t("size"), bytes(total.bytes)],
      ]),
      card(t("tab-tls"), {}, shareList(total)),
      card(t("tab-volume"), {}, this.flyout.element),
      h(
        "p",
        {},
        h("a", {
          class: "button main",
          href: address("report/volume"),
          "data-key": "flyout-report",
          onclick: () => this.app.pane.close(),
        }, t("report-title")),
      ),
    ]);
    this.flyout.show(days.map((one) => one.date), [{
      label: t("messages"),
      colour: "series",
      values: days.map((one) => one.messages),
    }]);
  }
}
