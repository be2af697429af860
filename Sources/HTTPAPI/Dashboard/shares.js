// The shares of the TLS versions, as a bar and as a list.

import { h, width } from "./dom.js";
import { portion, share, versionClass, versionName, versions } from "./format.js";

/** The bar that shows the shares of the versions; its figures stand beside it. */
export function shareBar(tls, messages, isThin) {
  return h(
    "div",
    { class: isThin ? "bar thin" : "bar", "aria-hidden": "true" },
    versions.filter((version) => tls[version] > 0).map((version) =>
      width(h("i", { class: versionClass(version) }), portion(tls[version], messages))
    ),
  );
}

/** The shares as a list: `TLS 1.3 ▇▇▇ 62.8% (1,340)`. */
export function shareList({ tls, percent: percentages, messages }) {
  return h(
    "ul",
    { class: "shares" },
    versions.filter((version) => tls[version] > 0).map((version) =>
      h(
        "li",
        {},
        h(
          "span",
          {},
          h("span", { class: `swatch ${versionClass(version)}`, "aria-hidden": "true" }),
          versionName(version),
        ),
        h(
          "span",
          { class: "track", "aria-hidden": "true" },
          width(h("i", { class: versionClass(version) }), portion(tls[version], messages)),
        ),
        h("span", { class: "number" }, share(percentages[version], tls[version])),
      )
    ),
  );
}
