// Words, dates and numbers in the reader's language.

import { get } from "./api.js";

export const languages = { en: "English", de: "Deutsch", nl: "Nederlands" };
export const versions = ["1.3", "1.2", "1.1", "1.0", "ssl3", "none", "unknown"];

let terms = {};
let locale = "en";
let plural = new Intl.PluralRules("en");
let formats = {};

/** Takes up a language: one of `languages`. */
export async function speak(language) {
  terms = await get(`/dashboard/${language}.json`);
  // Who reads English with the habits of a region keeps them.
  const own = navigator.languages.find((one) => one.toLowerCase().split("-")[0] === language);
  locale = own ?? language;
  plural = new Intl.PluralRules(locale);
  formats = {
    number: new Intl.NumberFormat(locale),
    figure: new Intl.NumberFormat(locale, { maximumFractionDigits: 1 }),
    percent: new Intl.NumberFormat(locale, {
      style: "percent",
      minimumFractionDigits: 1,
      maximumFractionDigits: 1,
    }),
    date: new Intl.DateTimeFormat(locale, { timeZone: "UTC", dateStyle: "medium" }),
    day: new Intl.DateTimeFormat(locale, {
      timeZone: "UTC",
      weekday: "short",
      day: "numeric",
      month: "short",
    }),
    shortDay: new Intl.DateTimeFormat(locale, { timeZone: "UTC", day: "numeric", month: "short" }),
    time: new Intl.DateTimeFormat(locale, {
      timeZone: "UTC",
      dateStyle: "medium",
      timeStyle: "medium",
    }),
  };
  document.documentElement.lang = language;
}

/** The term of a key; `{name}` in it is replaced, `n` chooses among plural forms. */
export function t(key, values = {}) {
  let text = terms[key];
  if (text === undefined) throw new Error(`no term '${key}'`);
  if (typeof text === "object") text = text[plural.select(values.n)] ?? text.other;
  return text.replace(
    /\{(\w+)\}/g,
    (_, word) => (typeof values[word] === "number" ? number(values[word]) : values[word]),
  );
}

export const has = (key) => terms[key] !== undefined;
export const number = (
  value,
) => (value === null || value === undefined ? "–" : formats.number.format(value));
export const figure = (value) => formats.figure.format(value);
export const percent = (share) => formats.percent.format(share);
/** `12.5% (3)`. */
export const share = (percentage, n) => `${percent(percentage / 100)} (${number(n)})`;
export const portion = (part, whole) => (whole > 0 ? part / whole : 0);

const midnight = (date) => new Date(`${date}T00:00:00Z`);
export const date = (text) => formats.date.format(midnight(text));
export const day = (text) => formats.day.format(midnight(text));
export const shortDay = (text) => formats.shortDay.format(midnight(text));
/** On the clock of the daemon's zone, as the log and the command line show it. */
const clock = (text) => new Date(`${text.slice(0, 19)}Z`);
export const time = (text) => (text ? formats.time.format(clock(text)) : "–");
export const timeSpan = (start, end) =>
  formats.time.formatRange(clock(start), clock(end));
export const period = (
  start,
  end,
) => (start === end ? date(start) : formats.date.formatRange(midnight(start), midnight(end)));

/** Bytes in decimal units, like the command line. */
export function bytes(value) {
  if (value === null || value === undefined) return "–";
  const units = ["byte", "kilobyte", "megabyte", "gigabyte", "terabyte"];
  let place = 0;
  while (value >= 1000 && place < units.length - 1) {
    value /= 1000;
    place += 1;
  }
  return new Intl.NumberFormat(locale, {
    style: "unit",
    unit: units[place],
    unitDisplay: place ? "short" : "narrow",
    minimumFractionDigits: place ? 1 : 0,
    maximumFractionDigits: place ? 1 : 0,
  }).format(value);
}

export const versionName = (version) => t(`tls-${version}`);
/** The class that has the colour of a TLS version. */
export const versionClass = (version) => `t${version.replace(".", "")}`;
export const collator = () => new Intl.Collator(locale);
