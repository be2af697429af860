// Alerts: firing and past, what is behind them, and what a person says to them; live.

import { get, hasRoute, post } from "./api.js";
import { fill, h, heading, name, shown } from "./dom.js";
import { figure, has, number, t, time, timeSpan } from "./format.js";
import { sentence } from "./sentence.js";
import { empty, failure, table, waiting } from "./table.js";

const route = "/v1/alerts";

/** The alerts that the daemon keeps, newest first; learns of changes as they happen. */
export class AlertList {
  all = [];
  isKnown = false;
  isLive = false;

  get firing() {
    return this.all.filter((one) => one.state === "firing");
  }

  async start() {
    try {
      if (!await hasRoute(route)) {
        this.isKnown = true;
        this.onChange();
        return;
      }
      await this.load();
      this.listen();
    } catch (error) {
      this.error = error;
      this.onChange();
      setTimeout(() => this.start(), 10_000);
    }
  }

  async load() {
    const found = await get(route);
    this.error = undefined;
    this.isKnown = true;
    this.replace(found.rows);
  }

  replace(alerts) {
    const all = [...alerts].sort((a, b) => b.started.localeCompare(a.started));
    if (JSON.stringify(all) === JSON.stringify(this.all) && this.wasShown) return;
    this.all = all;
    this.wasShown = true;
    this.onChange();
  }

  /** Each event has an alert as it is now; the list is asked for again, so that nothing is missed. */
  listen() {
    const stream = new EventSource(`${route}/stream`);
    let timer;
    const reload = () => {
      clearTimeout(timer);
      // The list is published up to 250 ms after the event.
      timer = setTimeout(() => this.load().catch(() => {}), 400);
    };
    stream.addEventListener("alert", (event) => {
      const alert = JSON.parse(event.data);
      const { verdict } = this.all.find((one) => one.id === alert.id) ?? {};
      this.replace([{ verdict, ...alert }, ...this.all.filter((one) => one.id !== alert.id)]);
      reload();
    });
    stream.addEventListener("open", () => {
      this.isLive = true;
      reload();
    });
    stream.addEventListener("error", () => {
      this.isLive = false;
      if (stream.readyState === EventSource.CLOSED) setTimeout(() => this.start(), 10_000);
    });
  }
}

/** One alert with its evidence and the buttons for a verdict. */
class AlertCard {
  constructor(app, alert) {
    this.app = app;
    this.alert = alert;
    const { state, severity, rule, account } = alert;
    const isFiring = state === "firing";
    const { text, language } = sentence(alert);
    this.element = h(
      "article",
      { class: `card alert ${state} ${severity}`, "data-alert": alert.id },
      h(
        "header",
        {},
        h("h3", {}, name(account)),
        h(
          "span",
          { class: "tags" },
          h(
            "span",
            { class: isFiring ? `tag ${severity}` : "tag" },
            isFiring ? t(`severity-${severity}`) : t("resolved"),
          ),
          h("span", { class: "tag" }, has(`rule-${rule}`) ? t(`rule-${rule}`) : rule),
        ),
      ),
      h("p", { lang: language }, shown(text)),
      h(
        "p",
        { class: "quiet small" },
        alert.ended
          ? timeSpan(alert.started, alert.ended)
          : t("alert-times", { start: time(alert.started), updated: time(alert.updated) }),
        " · ",
        t("alert-figures", {
          n: alert.count,
          expected: figure(alert.expected),
          minutes: figure(alert.windowSeconds / 60),
        }),
      ),
      this.details(),
      this.outcome = h("div", {}),
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
        `${route}/verdict`,
        note ? { id: this.alert.id, verdict, note } : { id: this.alert.id, verdict },
      );
      await this.app.alerts.load();
    } catch (error) {
      fill(this.outcome, failure(error));
    }
  }
}

/** Whether a note is being written: it is not thrown away. */
export function isWritingNote() {
  const { activeElement } = document;
  return activeElement?.dataset.key?.startsWith("note-") && activeElement.value !== "";
}

/** The cards of alerts that take the place of what `place` shows: what is unfolded there stays so. */
export function alertCards(app, alerts, place) {
  const open = new Set(
    [...place.querySelectorAll("article:has(details[open])")].map((one) => one.dataset.alert),
  );
  return alerts.map((alert) => {
    const { element } = new AlertCard(app, alert);
    if (open.has(alert.id)) element.querySelector("details").open = true;
    return element;
  });
}

export class AlertsView {
  constructor(app) {
    this.app = app;
    this.place = h("div", { class: "stack", "aria-live": "polite" });
    this.element = h(
      "div",
      { class: "stack" },
      heading(t("view-alerts"), this.line = h("p", {})),
      this.place,
    );
  }

  async show() {
    if (!this.isShown) this.alertsChanged();
    this.isShown = true;
  }

  alertsChanged() {
    const { alerts } = this.app;
    if (isWritingNote()) return;
    const cards = (list) => alertCards(this.app, list, this.place);
    const past = alerts.all.filter((one) => one.state !== "firing");
    this.line.textContent = alerts.isKnown ? t("firing-count", { n: alerts.firing.length }) : "";
    if (alerts.error) fill(this.place, failure(alerts.error, () => alerts.start()));
    else if (!alerts.isKnown) fill(this.place, waiting());
    else if (!alerts.all.length) {
      fill(this.place, h("div", { class: "card" }, empty(t("no-alerts"), t("no-alerts-text"))));
    } else {
      fill(
        this.place,
        alerts.firing.length
          ? [h("h2", {}, t("firing")), cards(alerts.firing)]
          : h("div", { class: "note good" }, h("b", {}, t("nothing-firing"))),
        past.length ? [h("h2", { class: "past" }, t("past")), cards(past)] : null,
      );
    }
  }
}
