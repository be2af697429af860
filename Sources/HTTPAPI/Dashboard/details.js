// The pane at the side: one sender or account in detail; also the insight's flyout and forms.

import { alertCards, isWritingNote } from "./card.js";
import { DayChart, versionSeries } from "./charts.js";
import { card, cutName, facts, fill, h, name, nameButton } from "./dom.js";
import {
  bytes,
  number,
  percent,
  period,
  portion,
  t,
  time,
  versionClass,
  versionName,
  versions,
} from "./format.js";
import { lookUp } from "./lookup.js";
import { shareList } from "./shares.js";
import { gone, Loading, table } from "./table.js";

export class Pane {
  constructor(app) {
    this.app = app;
    this.title = h("h2", { id: "pane-title" });
    this.subtitle = h("p", {});
    this.body = h("div", { class: "stack" });
    this.dialog = h(
      "dialog",
      { class: "pane", "aria-labelledby": "pane-title" },
      h(
        "header",
        {},
        this.title,
        this.subtitle,
        this.closer = h("button", {
          type: "button",
          class: "button close",
          "aria-label": t("close"),
          onclick: () => this.dialog.close(),
        }, "✕"),
      ),
      this.body,
    );
    // A click beside the pane closes it.
    this.dialog.addEventListener("click", (event) => {
      if (event.target === this.dialog) this.dialog.close();
    });
    this.dialog.addEventListener("close", () => {
      const subject = this.subject;
      this.subject = null;
      if (subject) this.app.go({ [subject.role]: null });
      // What had the focus before may have been drawn anew meanwhile.
      if (document.activeElement === document.body) {
        (document.querySelector(`[data-key="${CSS.escape(`name-${subject?.name}`)}"]`) ??
          this.app.main).focus();
      }
    });
    this.loading = new Loading(this.body);
    document.body.append(this.dialog);
  }

  /** Shows something of no address: the flyout, a form. */
  open(title, content) {
    this.subject = null;
    this.title.textContent = title;
    this.loading.abort?.abort();
    this.fill("", content);
    if (!this.dialog.open) this.dialog.showModal();
    this.dialog.scrollTop = 0;
  }

  fill(subtitle, content) {
    this.subtitle.textContent = subtitle;
    fill(this.body, content);
  }

  close() {
    this.dialog.close();
  }

  /** Opens, turns to another name or closes, as the address says. */
  show({ parameters }) {
    const role = ["sender", "account"].find((one) => parameters.get(one) !== null);
    if (!role) {
      if (this.subject) {
        this.subject = null;
        this.dialog.close();
      }
      return;
    }
    const subject = {
      role,
      name: parameters.get(role),
      parameters: ["start", "end", "days"].map((one) => parameters.get(one)),
    };
    if (JSON.stringify(subject) === JSON.stringify(this.subject)) return;
    this.subject = subject;
    this.key = undefined;
    fill(this.title, name(subject.name));
    this.subtitle.textContent = t(role);
    // What had the focus is gone.
    const isLost = this.body.contains(document.activeElement);
    fill(this.body);
    if (!this.dialog.open) this.dialog.showModal();
    else if (isLost) this.closer.focus();
    this.dialog.scrollTop = 0;
    this.refresh();
  }

  alertsChanged() {
    this.key = undefined;
    this.refresh();
  }

  async refresh() {
    const { subject } = this;
    if (!subject) return;
    await this.loading.show(async (signal) => {
      const found = await lookUp(subject, signal);
      const key = JSON.stringify(found);
      const isShown = key === this.key && this.chart.element.isConnected;
      if (isShown || this.subject !== subject || isWritingNote()) return undefined;
      this.key = key;
      return this.content(subject, found);
    }, () => this.refresh());
    if (this.subject === subject) this.draw?.();
  }

  content({ role }, { main, accounts, failures, below }) {
    this.subtitle.textContent = `${t(role)} · ${period(main.start, main.end)}`;
    const chart = this.chart ?? new DayChart(t("messages-per-day"), { isLow: true });
    this.chart = chart;
    this.draw = () =>
      chart.show(
        main.days.map((one) => one.date),
        versionSeries(main.days, versions, versionName, versionClass),
      );
    const other = role === "sender" ? "account" : "sender";
    const names = new Set([main[role], ...accounts.map((one) => one.account)]);
    const alerts = this.app.alerts.all.filter((one) =>
      names.has(one.account) || one.senders.includes(main[role])
    );
    return [
      gone(main),
      below.map((one) =>
        h(
          "div",
          { class: "note warning" },
          h(
            "b",
            {},
            t(one.version === "none" ? "last-without-tls" : "last-used", {
              version: versionName(one.version),
              time: time(one.last),
              client: one.client ?? t("unknown-client"),
            }),
          ),
          accounts.length > 1 ? h("span", {}, name(one.account)) : null,
        )
      ),
      facts([
        ["messages", t("messages"), number(main.total.messages)],
        ["recipients", t("recipients"), number(main.total.recipients)],
        ["size", t("size"), bytes(main.total.bytes)],
      ]),
      main.total.messages ? card(t("tab-tls"), {}, shareList(main.total)) : null,
      card(t("messages-per-day"), {}, chart.element),
      alerts.length
        ? h(
          "section",
          { class: "stack" },
          h("h2", {}, t("view-alerts")),
          alertCards(this.app, alerts, this.body),
        )
        : null,
      this.names(other, main),
      accounts.map((account) => this.account(account, accounts.length > 1 || role === "sender")),
      failures.length
        ? card(
          t("auth-failures"),
          {},
          failures.map((one) =>
            h(
              "p",
              {},
              t("failures-line", {
                n: one.failures,
                networks: t("from-networks", { n: one.networks }),
                last: time(one.last),
              }),
              " ",
              names.size > 1 ? h("span", { class: "quiet" }, name(one.account)) : null,
            )
          ),
        )
        : null,
    ];
  }

  /** The accounts of a sender, or the senders of an account. */
  names(other, main) {
    const rows = main[`${other}s`];
    if (!rows.length) return null;
    const title = t(`${other}s`);
    const show = (row) => this.app.go({ sender: null, account: null, [other]: row[other] });
    return card(
      title,
      {},
      table({
        caption: title,
        rows: rows.slice(0, 20),
        columns: [
          { title: t(other), isName: true, cell: (row) => nameButton(row[other], () => show(row)) },
          { title: t("messages"), isNumber: true, cell: (row) => number(row.messages) },
          {
            title: t("share"),
            isNumber: true,
            cell: (row) => percent(portion(row.messages, main.total.messages)),
          },
        ],
      }),
    );
  }

  account(account, isNamed) {
    const clients = account.clients ?? [];
    const ciphers = [...new Set(clients.map((one) => one.cipher).filter(Boolean))];
    const used = (account.mechanisms ?? []).map((one) =>
      `${one.mechanism || t("unknown-mechanism")} ${number(one.messages)}`
    );
    if (!clients.length && !used.length) return null;
    return card(
      t("recent-clients"),
      { side: isNamed ? cutName(account.account, { class: "quiet name" }) : null },
      clients.length
        ? table({
          caption: t("recent-clients"),
          rows: clients,
          columns: [
            {
              title: t("network"),
              isName: true,
              cell: (row) => h("span", { class: "mono" }, row.network),
            },
            {
              title: t("tls-title"),
              cell: (row) =>
                h(
                  "span",
                  { title: row.cipher ?? "" },
                  h("span", { class: `swatch ${versionClass(row.tls)}`, "aria-hidden": "true" }),
                  versionName(row.tls),
                ),
            },
            {
              title: t("last-seen"),
              cell: (row) =>
                h("span", { title: `${t("first-seen")}: ${time(row.first)}` }, time(row.last)),
            },
          ],
        })
        : null,
      h(
        "dl",
        { class: "pairs" },
        used.length ? [h("dt", {}, t("mechanisms")), h("dd", {}, used.join(" · "))] : null,
        ciphers.length
          ? [h("dt", {}, t("ciphers")), h("dd", { class: "mono" }, ciphers.join(" "))]
          : null,
        account.rejections
          ? [h("dt", {}, t("rejections")), h("dd", {}, number(account.rejections))]
          : null,
      ),
    );
  }
}
