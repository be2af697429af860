// One alert: what happened, what is behind it, and what a person says to it.

import { post } from "./api.js";
import { fill, h, name, shown } from "./dom.js";
import { figure, has, number, t, time, timeSpan } from "./format.js";
import { failure, table } from "./table.js";

/** What a rule holds the number against is set, not learnt. */
const hasLimit = (rule) => ["cap", "failures-then-success"].includes(rule);

/** `in 24 hours`. */
const timeWindow = (seconds) =>
  seconds % 3600 === 0
    ? t("window-hours", { n: seconds / 3600 })
    : t("window-minutes", { n: seconds / 60 });

/** One alert with its evidence and the buttons for a verdict. */
class AlertCard {
  constructor(app, alert) {
    this.app = app;
    this.alert = alert;
    const { state, severity, rule, account } = alert;
    const isFiring = state === "firing";
    this.element = h(
      "article",
      { class: `card alert ${state} ${severity}`, "data-alert": alert.id },
      h(
        "header",
        {},
        h("h3", { tabindex: "-1", "data-key": `alert-${alert.id}` }, name(account)),
        h(
          "span",
          { class: "tags" },
          h(
            "span",
            { class: isFiring ? `tag ${severity}` : "tag" },
            isFiring ? t(`severity-${severity}`) : t(alert.replacedBy ? "replaced" : "resolved"),
          ),
          h("span", { class: "tag" }, has(`rule-${rule}`) ? t(`rule-${rule}`) : rule),
        ),
      ),
      h("p", {}, shown(alert.text)),
      h(
        "p",
        { class: "quiet small" },
        alert.ended
          ? timeSpan(alert.started, alert.ended)
          : t("alert-times", { start: time(alert.started), updated: time(alert.updated) }),
        " · ",
        t(hasLimit(rule) ? "alert-figures-limit" : "alert-figures", {
          n: alert.count,
          expected: figure(alert.expected),
          window: timeWindow(alert.windowSeconds),
        }),
      ),
      this.details(),
      this.outcome = h("div", { class: "outcome" }),
      this.verdict(),
    );
  }

  details() {
    const { alert } = this;
    if (!alert.clients.length && !alert.evidence.length && !alert.senders.length) return null;
    return h(
      "details",
      { class: "figures" },
      h("summary", { "data-key": `evidence-${alert.id}` }, t("evidence")),
      alert.clients.length
        ? table({
          caption: t("networks"),
          rows: alert.clients,
          columns: [
            {
              title: t("network"),
              isName: true,
              cell: (
                row,
              ) => [
                h("span", { class: "mono" }, row.network),
                " ",
                row.isNew ? h("span", { class: "tag warning" }, t("new")) : null,
              ],
            },
            { title: t("number"), isNumber: true, cell: (row) => number(row.count) },
            { title: t("first-seen"), cell: (row) => time(row.first) },
          ],
        })
        : null,
      alert.senders.length
        ? h(
          "p",
          { class: "small" },
          h("span", { class: "quiet" }, t("senders"), ": "),
          alert.senders.map((one, place) => [place ? ", " : "", name(one)]),
        )
        : null,
      alert.evidence.length
        ? h(
          "ul",
          { class: "evidence mono", "aria-label": t("log-lines") },
          alert.evidence.map((line) => h("li", {}, shown(line))),
        )
        : null,
    );
  }

  verdict() {
    const given = this.alert.verdict?.verdict ?? this.alert.verdict;
    if (given) {
      const note = this.alert.verdict.note;
      return h(
        "p",
        { class: "verdict" },
        h(
          "span",
          { class: given === "legitimate" ? "tag good" : "tag critical" },
          t(`verdict-${given}`),
        ),
        note ? h("span", { class: "quiet" }, shown(note)) : null,
      );
    }
    const note = h("input", {
      type: "text",
      maxlength: 500,
      placeholder: t("note-hint"),
      "aria-label": t("note-hint"),
      "data-key": `note-${this.alert.id}`,
    });
    const button = (verdict, more) =>
      h("button", {
        type: "button",
        class: `button ${more}`,
        "data-verdict": verdict,
        "data-key": `${verdict}-${this.alert.id}`,
        onclick: () => this.judge(verdict, note.value),
      }, t(`judge-${verdict}`));
    return h(
      "div",
      { class: "verdict", role: "group", "aria-label": t("verdict") },
      note,
      button("legitimate", ""),
      button("compromised", "danger"),
    );
  }

  async judge(verdict, note) {
    try {
      await post(
        "/v1/alerts/verdict",
        note ? { id: this.alert.id, verdict, note } : { id: this.alert.id, verdict },
      );
      // The buttons go: the focus stays on the card.
      const card = document.activeElement.closest("article");
      if (card?.dataset.alert === this.alert.id) card.querySelector("h3").focus();
      await this.app.alerts.load();
    } catch (error) {
      fill(this.outcome, failure(error));
    }
  }
}

/** Whether a note is being written: nothing is drawn anew under the keys. */
export function isWritingNote() {
  const { activeElement } = document;
  return activeElement?.dataset.key?.startsWith("note-") && activeElement.value !== "";
}

/**
 * The cards of alerts that take the place of what `place` shows: what is unfolded there stays so, and
 * what is written there is kept, as is what came of a verdict.
 */
export function alertCards(app, alerts, place) {
  const before = new Map(
    [...place.querySelectorAll("article")].map((one) => [one.dataset.alert, one]),
  );
  return alerts.map((alert) => {
    const { element } = new AlertCard(app, alert);
    const old = before.get(alert.id);
    if (old?.querySelector("details[open]")) element.querySelector("details").open = true;
    const note = element.querySelector("input");
    const oldNote = old?.querySelector("input");
    if (note && oldNote) {
      note.value = oldNote.value;
      element.querySelector(".outcome").replaceWith(old.querySelector(".outcome"));
    }
    return element;
  });
}
