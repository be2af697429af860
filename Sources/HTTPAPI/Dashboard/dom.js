// Elements from data. Text only ever becomes text: nothing here reads markup.

const asIs = new Set(["value", "checked", "disabled", "hidden", "selected", "open"]);

/** An element: `h("a", { href, class, onclick }, "text", child, [children])`. */
export function h(tag, properties = {}, ...children) {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(properties)) {
    if (value === undefined || value === null || value === false) continue;
    if (name.startsWith("on")) element.addEventListener(name.slice(2), value);
    else if (asIs.has(name)) element[name] = value;
    else element.setAttribute(name, value === true ? "" : value);
  }
  element.append(...nodes(children));
  return element;
}

const nodes = (children) =>
  children.flat(9).filter((child) => child !== null && child !== undefined && child !== false);

/** Replaces what is in a place, and gives the focus back to what has the same `data-key`. */
export function fill(place, ...children) {
  const active = place.contains(document.activeElement) ? document.activeElement : null;
  const key = active?.dataset.key;
  // In what is folded up, each look at a position would lay that part out, and nothing is scrolled.
  const left = [...place.querySelectorAll(".scroll")].map((one) =>
    one.closest("details:not([open])") ? 0 : one.scrollLeft
  );
  place.replaceChildren(...nodes(children));
  let found = key ? place.querySelector(`[data-key="${CSS.escape(key)}"]`) : null;
  // On the last page is no next one: the way back is beside it.
  if (found?.disabled) found = found.parentNode.querySelector(":enabled");
  found?.focus({ preventScroll: true });
  for (const [at, one] of place.querySelectorAll(".scroll").entries()) {
    if (left[at]) one.scrollLeft = left[at];
  }
}

/** The title of a view, and a line under it. */
export function heading(title, line) {
  return h("div", { class: "head" }, h("div", {}, h("h1", {}, title), line));
}

/** A part of a view under a heading; `side`: what stands at the heading's other end. */
export function card(title, { side = null } = {}, ...content) {
  const aside = typeof side === "string" ? h("span", { class: "quiet" }, side) : side;
  const header = h("header", {}, h("h2", {}, title), aside);
  return h("section", { class: "card" }, header, ...content);
}

/** Figures in a row; each is its key, its name and its value. */
export function facts(figures) {
  return h(
    "dl",
    { class: "facts-row" },
    figures.map(([key, title, value]) =>
      h("div", {}, h("dt", {}, title), h("dd", { "data-figure": key }, value))
    ),
  );
}

/** What is invisible or changes the order of a line is spelled out, as the command line does it. */
export function shown(name) {
  return name.replace(
    /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{Co}\p{Cn}\p{Cs}]/gu,
    (character) => `\\u{${character.codePointAt(0).toString(16).toUpperCase()}}`,
  );
}

/** A name that a client chose. */
export function name(text) {
  return h("bdi", { dir: "auto" }, shown(text));
}

/** A name cut to the room there is, whole in its title. */
export function cutName(text, more = {}) {
  return h("span", { class: "name", title: shown(text), ...more }, name(text));
}

/** A name that opens its details. */
export function nameButton(text, open) {
  const cut = cutName(text);
  return h("button", {
    type: "button",
    class: "name",
    title: cut.title,
    "data-key": `name-${text}`,
    onclick: open,
  }, ...cut.childNodes);
}

/** Share of a width: only here are styles set, by the object model, which the policy allows. */
export function width(element, share) {
  element.style.width = `${share * 100}%`;
  return element;
}

let count = 0;
export function uniqueID(word) {
  count += 1;
  return `${word}-${count}`;
}
