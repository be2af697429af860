// CSV for spreadsheets.

import { h } from "./dom.js";

/**
 * CSV whose cells no spreadsheet takes for a formula: those that begin with one of
 * `= + - @`, tab or CR get `'` in front.
 */
export function spreadsheetSafe(csv) {
  return csv.replace(/("(?:[^"]|"")*"|[^",\r\n]*)(,|\r?\n|$)/g, (_, cell, end) => {
    const isQuoted = cell.startsWith('"');
    const begins = isQuoted ? cell[1] : cell[0];
    if (begins === undefined || !"=+-@\t\r".includes(begins)) return cell + end;
    return (isQuoted ? `"'${cell.slice(1)}` : `'${cell}`) + end;
  });
}

/** Hands a text to the browser as a file. */
export function save(name, text) {
  // Spreadsheets know UTF-8 by its byte order mark.
  const address = URL.createObjectURL(
    new Blob(["\ufeff", text], { type: "text/csv;charset=utf-8" }),
  );
  const link = h("a", { href: address, download: name });
  document.body.append(link);
  link.click();
  link.remove();
  setTimeout(() => URL.revokeObjectURL(address), 60_000);
}
