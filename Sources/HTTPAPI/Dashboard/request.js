// The report by e-mail.

import { post } from "./api.js";
import { fill, h } from "./dom.js";
import { t } from "./format.js";
import { failure } from "./table.js";

/** Asks for the report by e-mail: period and domain of the view, in the page's language. */
export function requestForm(view) {
  const { start, end } = view.report ?? view.filters.dates;
  const dates = [
    h("input", { type: "date", value: start }),
    h("input", { type: "date", value: end }),
  ];
  const recipients = h("textarea", { rows: 3, spellcheck: "false" });
  const outcome = h("div", {});
  const send = async () => {
    // A second click is no second mail.
    button.disabled = true;
    try {
      await post("/v1/mail-report", {
        start: dates[0].value,
        end: dates[1].value,
        domain: view.filters.domain.value || undefined,
        language: document.documentElement.lang,
        recipients: recipients.value.split(/[\s,;]+/).filter(Boolean),
      });
      fill(outcome, h("p", { class: "note good", role: "status" }, h("b", {}, t("report-sent"))));
    } catch (error) {
      fill(outcome, failure(error));
    }
    button.disabled = false;
  };
  const button = h(
    "button",
    { type: "button", class: "button main", onclick: send },
    t("request-report"),
  );
  return h(
    "div",
    { class: "card" },
    h(
      "div",
      { class: "filters" },
      h("label", {}, t("start-date"), dates[0]),
      h("label", {}, t("end-date"), dates[1]),
      h("label", { class: "search" }, t("mail-recipients"), recipients),
      h("div", { class: "actions" }, button),
    ),
    outcome,
  );
}
