// The alerts as they come, and the view of them: firing and past; live.

import { get, hasRoute } from "./api.js";
import { alertCards, isWritingNote } from "./card.js";
import { fill, h, heading } from "./dom.js";
import { t } from "./format.js";
import { empty, failure, pageLength, pager, waiting } from "./table.js";

const route = "/v1/alerts";

/** The alerts that the daemon keeps, newest first; learns of changes as they happen. */
export class AlertList {
  all = [];
  isKnown = false;
  /** How often the list was asked for, and the last time that it was answered. */
  #asked = 0;
  #answered = 0;

  /** Whether it is what the daemon has, as far as anybody knows. */
  get isCurrent() {
    return this.isKnown && !this.error;
  }

  get firing() {
    return this.all.filter((one) => one.state === "firing");
  }

  /** How many fire now; null: nobody knows. */
  get firingNow() {
    return this.isCurrent ? this.firing.length : null;
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

  /** A page that nobody sees has no stream: a browser has six connections for all of them. */
  visibilityChanged() {
    if (document.hidden) this.stop();
    else if (!this.stream) this.start();
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
    if (document.hidden) return;
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
    const line = alerts.isCurrent ? t("firing-count", { n: alerts.firing.length }) : "";
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
