// What the daemon cannot set right by itself.

import { h } from "./dom.js";
import { has, t } from "./format.js";

/** What is wrong with the daemon, and what to do: as it says it, under a title in the reader's language. */
export function warnings(status) {
  return status.warnings.map((warning) =>
    h(
      "div",
      { class: `note ${warning.state}`, role: "note", "data-code": warning.code },
      h("b", {}, has(`warning-${warning.code}`) ? t(`warning-${warning.code}`) : warning.code),
      h("span", { lang: "en" }, warning.text),
      h("span", {}, h("b", {}, t("do-this")), " ", h("span", { lang: "en" }, warning.remedy)),
    )
  );
}
