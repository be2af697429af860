// Tables that can be sorted and turned over, and the notes that stand in their place.

import { get } from "./api.js";
import { fill, h } from "./dom.js";
import { date, t } from "./format.js";

export const pageLength = 50;

/**
 * A table. A column has `title`, `cell(row)` (a node, text, or an array), and may have `sort` (its
 * name for the daemon), `isNumber`, `class(row)`, `headClass` and `isName` (the header of its row).
 */
export function table({ caption, columns, rows, sort, onSort, onOpen, nameOf }) {
  const head = columns.map((column) => headCell(column, sort, onSort));
  const body = rows.map((row) => {
    const cells = columns.map((column) =>
      h(column.isName ? "th" : "td", {
        scope: column.isName ? "row" : null,
        // Where there is no room for columns, it stands before the cell.
        "data-title": column.isName ? null : column.title,
        class: [column.isNumber ? "number" : "", column.class?.(row) ?? ""].join(" ").trim() ||
          null,
      }, column.cell(row))
    );
    if (!onOpen) return h("tr", {}, cells);
    // The name in it is a button: the keyboard's way to the same.
    const open = (event) => {
      if (!event.target.closest("button, a") && !String(getSelection())) onOpen(row);
    };
    return h("tr", { class: "open", "data-row": nameOf?.(row), onclick: open }, cells);
  });
  return h(
    "div",
    {
      class: "scroll",
      tabindex: "0",
      role: "region",
      "aria-label": caption,
      "data-key": `table-${caption}`,
    },
    h(
      "table",
      { class: "rows" },
      h("caption", { class: "off-screen" }, caption),
      h("thead", {}, h("tr", {}, head)),
      h("tbody", {}, body),
    ),
  );
}

/** Marks the row of a name, if it is there. */
export function select(place, name) {
  for (const row of place.querySelectorAll("[data-row]")) {
    row.classList.toggle("selected", row.dataset.row === name);
  }
}

function headCell(column, sort, onSort) {
  const properties = { scope: "col", class: column.isNumber ? "number" : column.headClass ?? null };
  if (!column.sort || !onSort) return h("th", properties, column.title);
  const isReversed = sort === `-${column.sort}`;
  const isSorted = isReversed || sort === column.sort;
  // Numbers and times go from the largest, names from the smallest; `-` turns that round.
  const isDescending = (column.isNumber || column.isTime) !== isReversed;
  if (isSorted) properties["aria-sort"] = isDescending ? "descending" : "ascending";
  const next = isSorted && !isReversed ? `-${column.sort}` : column.sort;
  return h(
    "th",
    properties,
    h(
      "button",
      { type: "button", "data-key": `sort-${column.sort}`, onclick: () => onSort(next) },
      column.title,
    ),
  );
}

/** A page of a report; undefined: its days have moved on since it was turned to, the first one comes. */
export async function getPage(app, path, question, signal) {
  try {
    return await get(path, { ...question, limit: pageLength }, signal);
  } catch (error) {
    if (error.problem?.parameter !== "cursor") throw error;
    app.go({ cursor: null }, { replaces: true });
    return undefined;
  }
}

/** Where the rows of a page are among all, and the ways to the next and the one before. */
export function pager({ cursor, rows, next, onTurn }) {
  const [first, question] = (cursor ?? "0-").split("-");
  const offset = parseInt(first, 36) || 0;
  const before = Math.max(0, offset - pageLength);
  const range = rows === 0 ? "" : t("rows", { first: offset + 1, last: offset + rows });
  return h(
    "div",
    { class: "under" },
    h("span", { class: "quiet small", role: "status" }, range),
    offset === 0 && !next ? null : h(
      "div",
      { class: "pages" },
      h("button", {
        type: "button",
        class: "button",
        "data-key": "before",
        disabled: offset === 0,
        onclick: () => onTurn(before ? `${before.toString(36)}-${question}` : null),
      }, t("previous")),
      h("button", {
        type: "button",
        class: "button",
        "data-key": "next",
        disabled: !next,
        onclick: () => onTurn(next),
      }, t("next")),
    ),
  );
}

export function empty(title, text) {
  return h("div", { class: "empty" }, h("b", {}, title), text ? h("span", {}, text) : null);
}

/** What part of a report's period is no longer kept; null: none. */
export function gone({ firstDay }) {
  if (!firstDay) return null;
  const text = t("mail-gone", { day: date(firstDay) });
  return h("div", { class: "note", role: "note" }, h("span", {}, text));
}

export function waiting() {
  return h(
    "div",
    { class: "waiting", role: "status" },
    h("span", { class: "off-screen" }, t("loading")),
  );
}

/** What the daemon has not said itself: what it is, and what to do; undefined: it has. */
function unsaid(error) {
  if (error.status === 401) return [t("session-over"), t("session-over-text")];
  // The daemon says why; what stands before it does not.
  if (error.status === 403 && !error.problem) return [t("barred"), t("barred-text")];
  if (error instanceof TypeError || error.name === "TimeoutError") {
    return [t("no-connection"), t("no-connection-text")];
  }
  return undefined;
}

/** What went wrong, and what can be done: try again, or open a new session. */
export function failure(error, retry) {
  const own = unsaid(error);
  const [title, text] = own ?? [t("failed"), error.message];
  return h(
    "div",
    { class: "note critical", role: "alert" },
    h("b", {}, title),
    h("span", { lang: own ? null : "en" }, text),
    retry && error.status !== 401
      ? h(
        "p",
        {},
        h(
          "button",
          { type: "button", class: "button", "data-key": "retry", onclick: retry },
          t("retry"),
        ),
      )
      : null,
  );
}

/** Shows what `load` finds in a place; the last one called counts. */
export class Loading {
  constructor(place) {
    this.place = place;
  }

  /** Whether an answer is on its way, or the time for it is not over. */
  get isBusy() {
    return this.abort !== undefined;
  }

  async show(load, retry) {
    this.abort?.abort();
    const abort = new AbortController();
    this.abort = abort;
    this.place.setAttribute("aria-busy", "true");
    if (!this.place.childElementCount) fill(this.place, waiting());
    try {
      const found = await load(abort.signal);
      if (!abort.signal.aborted && found !== undefined) fill(this.place, found);
      return !abort.signal.aborted;
    } catch (error) {
      if (abort.signal.aborted) return false;
      fill(this.place, failure(error, retry));
      return false;
    } finally {
      if (this.abort === abort) {
        this.abort = undefined;
        this.place.removeAttribute("aria-busy");
      }
    }
  }
}
