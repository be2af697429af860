// Failed AUTH, by account or by client network.

import { cutName } from "./dom.js";
import { number, t, time } from "./format.js";
import { ListView } from "./list.js";
import { empty } from "./table.js";

export class FailuresView extends ListView {
  constructor(app) {
    super(app, {
      route: "/v1/failures",
      title: t("failures-title"),
      chart: t("failures-chart"),
      sort: "failures",
      choice: {
        title: t("group-by"),
        parameter: "by",
        usual: "account",
        options: ["account", "network"].map((one) => [one, t(`by-${one}`)]),
        // The columns are others.
        resets: { sort: null },
      },
    });
  }

  series() {
    const values = this.report.days.map((one) => one.failures);
    return [{ label: t("failures"), colour: "series-failed", values }];
  }

  nothing() {
    return this.report.total.failures ? null : empty(t("no-failures"), t("no-failures-text"));
  }

  note() {
    return null;
  }

  chartSide() {
    return t("failures-count", { n: this.report.total.failures });
  }

  tableTitle({ by }) {
    return t(`by-${by}`);
  }

  columns({ by }) {
    const other = by === "account" ? "networks" : "accounts";
    return [
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
    ];
  }
}
