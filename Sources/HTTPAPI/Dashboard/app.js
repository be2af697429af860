// The frame around the views: languages, themes, the address, and what is asked again and again.

import { AlertList, AlertsView } from "./alerts.js";
import { address, openSession } from "./api.js";
import { redraw } from "./charts.js";
import { CutoffView } from "./cutoff.js";
import { Pane } from "./details.js";
import { fill, h } from "./dom.js";
import { FailuresView } from "./failures.js";
import { languages, number, speak, t } from "./format.js";
import { InsightView } from "./insight.js";
import { ReportView } from "./report.js";

const views = {
  insight: InsightView,
  report: ReportView,
  cutoff: CutoffView,
  failures: FailuresView,
  alerts: AlertsView,
};
/** How often figures are asked for while the page is seen; the daemon's are new every 250 ms. */
const interval = 5000;

/** What the address says: `#report/tls?days=30`. */
function readAddress() {
  const [path, query] = location.hash.slice(1).split(/\?(.*)/s);
  const [view, tab] = path.split("/");
  return {
    view: Object.hasOwn(views, view) ? view : "insight",
    tab,
    parameters: new URLSearchParams(query ?? ""),
  };
}

/** The token of an address that opens a session. */
const tokenOf = (hash) => hash.match(/^#token=(\w+)$/)?.[1];

class App {
  alerts = new AlertList();

  async start() {
    const token = tokenOf(location.hash);
    const own = localStorage.getItem("language");
    await speak(own in languages ? own : document.documentElement.lang);
    this.setTheme(localStorage.getItem("theme") ?? "system");
    if (token) {
      history.replaceState(null, "", location.pathname);
      try {
        await openSession(token);
      } catch (error) {
        // A page that is loaded again may have its cookie: the first view tells.
        if (error.status !== 403) throw error;
      }
    }
    this.frame();
    addEventListener("hashchange", () => {
      // An address that opens a session, in a tab that shows the page already.
      if (tokenOf(location.hash)) location.reload();
      else this.show();
    });
    matchMedia("(prefers-color-scheme: dark)").addEventListener("change", redraw);
    document.addEventListener("visibilitychange", () => {
      this.refresh();
      this.alerts.visibilityChanged();
    });
    setInterval(() => this.refresh(), interval);
    this.alerts.onChange = () => this.alertsChanged();
    this.show();
    this.alerts.start();
  }

  frame() {
    this.main = h("main", { id: "main", tabindex: "-1" });
    this.badge = h("span", { class: "badge", hidden: true });
    this.links = Object.keys(views).map((view) =>
      h("a", { href: `#${view}` }, t(`view-${view}`), view === "alerts" ? this.badge : null)
    );
    const language = h(
      "select",
      {
        "aria-label": t("language"),
        "data-key": "language",
        onchange: (event) => this.setLanguage(event.target.value),
      },
      Object.entries(languages).map(([code, title]) =>
        h(
          "option",
          { value: code, lang: code, selected: code === document.documentElement.lang },
          title,
        )
      ),
    );
    const theme = h(
      "select",
      {
        "aria-label": t("theme"),
        "data-key": "theme",
        onchange: (event) => this.setTheme(event.target.value),
      },
      ["system", "light", "dark"].map((one) =>
        h(
          "option",
          { value: one, selected: one === document.documentElement.dataset.theme },
          t(`theme-${one}`),
        )
      ),
    );
    fill(
      document.body,
      h("button", { type: "button", class: "skip", onclick: () => this.main.focus() }, t("skip")),
      h(
        "div",
        { class: "top", role: "banner" },
        h(
          "div",
          {},
          h(
            "a",
            { class: "brand", href: "#insight" },
            h("img", { src: "/dashboard/icon.svg", alt: "" }),
            "Submitwatch",
          ),
          h("nav", { "aria-label": t("views") }, this.links),
          h("div", { class: "settings" }, language, theme),
        ),
      ),
      this.main,
    );
    this.pane = new Pane(this);
    this.view = undefined;
  }

  async setLanguage(language) {
    // Without the terms of another language the page stays in its own.
    await speak(language).catch(() => {});
    localStorage.setItem("language", document.documentElement.lang);
    const unfolded = [...document.querySelectorAll("article:has(details[open])")]
      .map((one) => one.dataset.alert);
    this.frame();
    this.alertsChanged();
    // The alerts' sentences come in the language that is asked for.
    await Promise.all([this.alerts.load().catch(() => {}), this.show()]);
    for (const id of unfolded) {
      const details = document.querySelector(`[data-alert="${CSS.escape(id)}"] details`);
      if (details) details.open = true;
    }
    document.querySelector('[data-key="language"]').focus();
  }

  setTheme(theme) {
    localStorage.setItem("theme", theme);
    document.documentElement.dataset.theme = theme;
    redraw();
  }

  /** Shows what the address says. */
  async show() {
    const state = readAddress();
    const isNew = !(this.view instanceof views[state.view]);
    if (isNew) {
      const isFirst = !this.view;
      this.view = new views[state.view](this);
      fill(this.main, this.view.element);
      if (!isFirst) {
        this.main.focus({ preventScroll: true });
        scrollTo(0, 0);
      }
    }
    this.state = state;
    for (const link of this.links) {
      if (link.hash === `#${state.view}`) link.setAttribute("aria-current", "page");
      else link.removeAttribute("aria-current");
    }
    document.title = `${t(`view-${state.view}`)} · Submitwatch`;
    this.pane.show(state);
    await this.view.show(state);
  }

  /** Goes to another state of the same view; `replaces`: without a step back to this one. */
  go(changes, { tab = this.state.tab, replaces = false } = {}) {
    const parameters = { ...Object.fromEntries(this.state.parameters), ...changes };
    const target = address(tab ? `${this.state.view}/${tab}` : this.state.view, parameters);
    if (!replaces) {
      location.hash = target;
      return;
    }
    history.replaceState(null, "", target);
    this.show();
  }

  refresh() {
    if (document.visibilityState !== "visible" || !this.view) return;
    // A slow answer is waited for, not asked for again and again.
    if (!this.view.loading?.isBusy) this.view.show(this.state);
    if (!this.pane.loading.isBusy) this.pane.refresh();
    this.alerts.refresh();
  }

  alertsChanged() {
    const firing = this.alerts.firingNow;
    this.badge.hidden = firing === 0;
    fill(
      this.badge,
      number(firing),
      h("span", { class: "off-screen" }, " ", t("firing-label", { n: firing ?? 0 })),
    );
    this.view?.alertsChanged?.();
    this.pane.alertsChanged();
  }
}

new App().start().catch((error) => {
  // There may be no terms.
  fill(
    document.body,
    h(
      "main",
      { lang: "en" },
      h(
        "div",
        { class: "note critical", role: "alert" },
        h("b", {}, "The page cannot be shown."),
        h("span", {}, error.message),
        h(
          "p",
          {},
          h(
            "button",
            { type: "button", class: "button", onclick: () => location.reload() },
            "Load it again",
          ),
        ),
      ),
    ),
  );
});
