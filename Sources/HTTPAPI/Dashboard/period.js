// The choice of a period, where there is no more to filter.

import { h } from "./dom.js";
import { t } from "./format.js";

export class PeriodChoice {
  constructor(app) {
    this.buttons = [7, 30, 90].map((days) =>
      h("button", {
        type: "button",
        "data-days": days,
        onclick: () =>
          app.go({ days: days === 7 ? null : days, start: null, end: null, cursor: null }, {
            replaces: true,
          }),
      }, t("days-count", { n: days }))
    );
    this.element = h(
      "div",
      { class: "field small quiet" },
      t("period"),
      h("div", { class: "choice", role: "group", "aria-label": t("period") }, this.buttons),
    );
  }

  show(parameters) {
    const days = parameters.get("start") ? null : parameters.get("days") ?? "7";
    for (const button of this.buttons) {
      button.setAttribute("aria-pressed", button.dataset.days === days);
    }
  }
}
