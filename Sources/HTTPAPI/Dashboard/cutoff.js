// Cut-off: who could no longer send if the server required a TLS version.

import { h, nameButton } from "./dom.js";
import { number, percent, portion, t, time, versionClass, versionName } from "./format.js";
import { ListView } from "./list.js";
import { empty } from "./table.js";

export class CutoffView extends ListView {
  constructor(app) {
    super(app, {
      route: "/v1/cutoff",
      title: t("cutoff-title"),
      chart: t("cutoff-chart"),
      sort: "below",
      choice: {
        title: t("minimum"),
        parameter: "minimum",
        usual: "1.2",
        options: ["1.0", "1.1", "1.2", "1.3"].map((one) => [one, `TLS ${one}`]),
      },
    });
    this.onOpen = (row) => app.go({ account: row.account });
  }

  series() {
    const { days, total: { minimum } } = this.report;
    return [
      {
        label: t("below", { minimum }),
        colour: "series-weak",
        values: days.map((one) => one.below),
      },
      {
        label: t("good-enough", { minimum }),
        colour: "series-rest",
        values: days.map((one) => one.messages - one.below),
      },
    ];
  }

  nothing() {
    const { below, messages, minimum } = this.report.total;
    if (below) return null;
    if (!messages) return empty(t("no-messages"), t("no-messages-text"));
    return h(
      "div",
      { class: "note good" },
      h("b", {}, t("nobody-cut-off", { minimum: versionName(minimum) })),
      h("span", {}, t("nobody-cut-off-text", { n: messages })),
    );
  }

  note() {
    const { accounts, below, messages, minimum } = this.report.total;
    return h(
      "div",
      { class: "note warning" },
      h("b", {}, t("cut-off", { n: accounts, minimum: versionName(minimum) })),
      h(
        "span",
        {},
        t("cut-off-messages", { below, n: messages, percent: percent(portion(below, messages)) }),
      ),
    );
  }

  chartSide() {
    return null;
  }

  tableTitle() {
    return t("accounts");
  }

  columns() {
    const { minimum } = this.report.total;
    return [
      {
        title: t("account"),
        sort: "account",
        isName: true,
        cell: (row) => nameButton(row.account, () => this.onOpen(row)),
      },
      {
        title: t("messages"),
        sort: "messages",
        isNumber: true,
        cell: (row) => number(row.messages),
      },
      {
        title: t("below", { minimum }),
        sort: "below",
        isNumber: true,
        cell: (row) => `${percent(portion(row.below, row.messages))} (${number(row.below)})`,
      },
      { title: t("last-time"), sort: "last", isTime: true, cell: (row) => time(row.last) },
      { title: t("tls-title"), cell: (row) => (row.version ? version(row.version) : "–") },
      { title: t("from"), cell: (row) => h("span", { class: "mono" }, row.client ?? "–") },
    ];
  }
}

const version = (
  one,
) => [h("span", { class: `swatch ${versionClass(one)}`, "aria-hidden": "true" }), versionName(one)];
