// Alerts: firing and past, what is behind them, and what a person says to them; live.

import { get, hasRoute, post } from "./api.js";
import { fill, h, heading, name, shown } from "./dom.js";
import { figure, has, number, t, time, timeSpan } from "./format.js";
import { sentence } from "./sentence.js";
import { empty, failure, pageLength, pager, table, waiting } from "./table.js";

const route = "/v1/alerts";

/** The alerts that the daemon keeps, newest first; learns of changes as they happen. */
export class AlertList {
  all = [];
  isKnown = false;
  /** How often the list was asked for, and the last time that it was answered. */
  #asked = 0;
  #answered = 0;

  get firing() {
    return this.all.filter((one) => one.state === "firing");
  }

  /** Begins, or begins anew: there is one stream, and one wait for the next attempt. */
  async start() {
    this.stop();
    const attempt = this.attempt = {};
    try {
      const isThere = await hasRoute(route);
      if (isThere) await this.load();
      if (this.attempt !== attempt) return;
      if (isThere) this.listen();
      else this.replace([]);
    } catch (error) {
      if (this.attempt !== attempt) return;
      this.fail(error);
      this.startLater();
    }
  }

  fail(error) {
    const isNew = !this.error;
    this.error = error;
    if (isNew) this.onChange();
  }

  startLater() {
    this.timer = setTimeout(() => this.start(), 10_000);
  }

  stop() {
    clearTimeout(this.timer);
    this.stream?.close();
    this.stream = undefined;
  }

  async load() {
    const number = this.#asked += 1;
    const found = await get(route);
    // A slow answer is older than what is shown.
    if (number < this.#answered) return;
    this.#answered = number;
    this.replace(found.rows);
  }

  /** Figures of what fires change, and others judge: neither is an event. */
  async refresh() {
    if (!this.stream || this.isBusy) return;
    this.isBusy = true;
    try {
      await this.load();
    } catch (error) {
      this.fail(error);
    } finally {
      this.isBusy = false;
    }
  }

  replace(alerts) {
    const all = [...alerts].sort((a, b) => b.started.localeCompare(a.started));
    const isSame = this.isKnown && !this.error && JSON.stringify(all) === JSON.stringify(this.all);
    this.error = undefined;
    this.isKnown = true;
    if (isSame) return;
    this.all = all;
    this.onChange();
  }

  /** Each event has an alert as it is now; the list is asked for again, so that nothing is missed. */
  listen() {
    const stream = this.stream = new EventSource(`${route}/stream`);
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
    stream.addEventListener("open", reload);
    stream.addEventListener("error", () => {
      if (stream.readyState === EventSource.CLOSED) this.startLater();
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
        `${route}/verdict`,
        note ? { id: this.alert.id, verdict, note } : { id: this.alert.id, verdict },
      );
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
 * what is written there is kept.
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
    if (note) note.value = old?.querySelector("input")?.value ?? "";
    return element;
  });
}

export class AlertsView {
  constructor(app) {
    this.app = app;
    this.place = h("div", { class: "stack" });
    this.element = h(
      "div",
      { class: "stack" },
      heading(t("view-alerts"), this.line = h("p", { role: "status" })),
      this.place,
    );
  }

  async show({ parameters }) {
    const cursor = parameters.get("cursor");
    if (this.isCurrent && cursor === this.cursor) return;
    this.cursor = cursor;
    this.alertsChanged();
  }

  alertsChanged() {
    const { alerts } = this.app;
    this.isCurrent = !isWritingNote();
    if (!this.isCurrent) return;
    const past = alerts.all.filter((one) => one.state !== "firing");
    const line = alerts.isKnown ? t("firing-count", { n: alerts.firing.length }) : "";
    // The same is not said again.
    if (this.line.textContent !== line) this.line.textContent = line;
    if (alerts.error) fill(this.place, failure(alerts.error, () => alerts.start()));
    else if (!alerts.isKnown) fill(this.place, waiting());
    else if (!alerts.all.length) {
      fill(this.place, h("div", { class: "card" }, empty(t("no-alerts"), t("no-alerts-text"))));
    } else {
      fill(
        this.place,
        alerts.firing.length
          ? [h("h2", {}, t("firing")), alertCards(this.app, alerts.firing, this.place)]
          : h("div", { class: "note good" }, h("b", {}, t("nothing-firing"))),
        past.length ? [h("h2", { class: "past" }, t("past")), this.page(past)] : null,
      );
    }
  }

  /** Past alerts can be thousands: they come in pages, as rows do. */
  page(past) {
    const last = past.length - 1 - (past.length - 1) % pageLength;
    const first = Math.min(Math.max(parseInt(this.cursor ?? "0", 36) || 0, 0), last);
    const next = first + pageLength;
    const shown = past.slice(first, next);
    return [
      alertCards(this.app, shown, this.place),
      last > 0
        ? pager({
          cursor: `${first.toString(36)}-`,
          rows: shown.length,
          next: first < last ? `${next.toString(36)}-` : null,
          onTurn: (cursor) => this.app.go({ cursor }),
        })
        : null,
    ];
  }
}
