"""Checks of a page for those who do not see it, or not well: names, roles, contrast."""

SCRIPT = r"""
const problems = [];
const tell = (element, what) => problems.push(`${what}: ${element.outerHTML.slice(0, 120)}`);
const isShown = (element) => element.checkVisibility({ visibilityProperty: true });
const all = (selector) => [...document.querySelectorAll(selector)].filter(isShown);

function nameOf(element) {
  const by = element.getAttribute("aria-labelledby");
  if (by) return by.split(" ").map((id) => document.getElementById(id)?.textContent ?? "").join(" ").trim();
  const label = element.getAttribute("aria-label") || [...(element.labels ?? [])].map((one) => one.textContent).join(" ");
  return (label || element.textContent || element.getAttribute("title") || "").trim();
}
for (const element of all("button, a, select, input, textarea, summary, [role=img], [role=region], [role=tabpanel], [role=group], [role=tablist], dialog, nav"))
  if (!nameOf(element)) tell(element, "no name");
for (const element of all("img")) if (!element.hasAttribute("alt")) tell(element, "no alternative text");
for (const element of all("table")) if (!element.caption?.textContent) tell(element, "no caption");
for (const element of all("th")) if (!element.scope) tell(element, "no scope");
for (const element of all("[role=tab]")) {
  if (!element.hasAttribute("aria-selected")) tell(element, "tab without a state");
  if (!document.getElementById(element.getAttribute("aria-controls"))) tell(element, "tab without a panel");
}
for (const element of all("a")) if (!element.getAttribute("href")) tell(element, "link to nowhere");
for (const element of all(".scroll")) if (element.tabIndex !== 0) tell(element, "scrolls, but not by keyboard");
const ids = [...document.querySelectorAll("[id]")].map((one) => one.id);
for (const id of ids) if (ids.indexOf(id) !== ids.lastIndexOf(id)) problems.push(`id twice: ${id}`);
if (all("h1").length !== 1) problems.push(`${all("h1").length} first headings`);
let level = 0;
for (const heading of all("main h1, main h2, main h3")) {
  const own = Number(heading.tagName[1]);
  if (own > level + 1) tell(heading, "heading level left out");
  level = own;
}
if (all("main").length !== 1 || all("[role=banner]").length !== 1) problems.push("landmarks are missing");
if (!document.documentElement.lang || !document.title) problems.push("no language or title");
for (const canvas of all("canvas")) {
  const table = canvas.closest("figure")?.querySelector("table");
  if (!table) tell(canvas, "chart without a table");
}
if (document.documentElement.scrollWidth > innerWidth) problems.push(`the page is ${document.documentElement.scrollWidth} wide`);

// Contrast, WCAG 2.2, 1.4.3: colours as they are computed, laid over each other.
const canvas = document.createElement("canvas").getContext("2d", { willReadFrequently: true });
function rgba(colour) {
  canvas.clearRect(0, 0, 1, 1);
  canvas.fillStyle = colour;
  canvas.fillRect(0, 0, 1, 1);
  const [r, g, b, a] = canvas.getImageData(0, 0, 1, 1).data;
  return [r, g, b, a / 255];
}
const over = (top, under) => [0, 1, 2].map((i) => top[i] * top[3] + under[i] * (1 - top[3])).concat(1);
function background(element) {
  const layers = [];
  for (let one = element; one; one = one.parentElement) {
    const colour = rgba(getComputedStyle(one).backgroundColor);
    layers.push(colour);
    if (colour[3] === 1) break;
  }
  return layers.reverse().reduce((under, top) => over(top, under), [255, 255, 255, 1]);
}
function opacity(element) {
  let product = 1;
  for (let one = element; one; one = one.parentElement) product *= Number(getComputedStyle(one).opacity);
  return product;
}
const light = ([r, g, b]) => [r, g, b].map((v) => v / 255).map((v) => (v <= 0.04045 ? v / 12.92 : ((v + 0.055) / 1.055) ** 2.4))
  .reduce((sum, v, i) => sum + v * [0.2126, 0.7152, 0.0722][i], 0);
const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
const seen = new Set();
while (walker.nextNode()) {
  const element = walker.currentNode.parentElement;
  if (!walker.currentNode.textContent.trim() || seen.has(element) || !isShown(element)) continue;
  if (element.closest("option, script, style, :disabled, [aria-hidden=true] canvas")) continue;
  seen.add(element);
  const style = getComputedStyle(element);
  const under = background(element);
  const colour = rgba(style.color);
  colour[3] *= opacity(element);
  const [a, b] = [light(over(colour, under)), light(under)];
  const ratio = (Math.max(a, b) + 0.05) / (Math.min(a, b) + 0.05);
  const isLarge = parseFloat(style.fontSize) >= 24 || (parseFloat(style.fontSize) >= 18.66 && Number(style.fontWeight) >= 700);
  if (ratio < (isLarge ? 3 : 4.5)) problems.push(`contrast ${ratio.toFixed(2)}: ${walker.currentNode.textContent.trim().slice(0, 60)}`);
}
return [...new Set(problems)];
"""


def problems(browser):
    return browser.script(SCRIPT)
