// What the daemon cannot set right by itself.

import { h } from "./dom.js";
import { has, t } from "./format.js";

/** A sentence of a warning: the daemon's own in English, or where there is no term for it. */
function said(warning, part) {
  const values = { ...warning.values, n: warning.count };
  const key = `sentence-${part}-${warning.code}`;
  const term = [`${key}-${values.dialect ?? values.kind}`, key].find(has);
  return term ? h("span", {}, t(term, values)) : h("span", { lang: "en" }, warning[part]);
}

/** What is wrong with the daemon, and what to do. */
export function warnings(status) {
  return status.warnings.map((warning) =>
    h(
      "div",
      { class: `note ${warning.state}`, role: "note", "data-code": warning.code },
      h("b", {}, has(`warning-${warning.code}`) ? t(`warning-${warning.code}`) : warning.code),
      said(warning, "text"),
      h("span", {}, h("b", {}, t("do-this")), " ", said(warning, "remedy")),
    )
  );
}
