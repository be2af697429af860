// What happened and what to do about it, in one sentence of the reader's language.

import { figure, has, t } from "./format.js";

/** Built from the alert's figures; the daemon's own sentence, which is English, where there are no terms. */
export function sentence(alert) {
  const rule = `sentence-${alert.rule}`;
  if (!has(rule)) return { text: alert.text, language: "en" };
  // What only the daemon's sentence tells: whether recipients or messages were counted, and whether
  // it is the last alert that is sent. The account's name in front of it is a client's.
  const rest = alert.text.slice(alert.account.length);
  const inMessages = `${rule}-messages`;
  const key = !rest.includes("sent to ") && has(inMessages) ? inMessages : rule;
  const last = rest.includes(" are listed, not sent: ") ? ` ${t("sentence-last")}` : "";
  const expected = figure(Math.round(alert.expected));
  const text = t(key, {
    n: alert.count,
    account: alert.account,
    window: span(alert.windowSeconds),
    networks: newNetworks(alert.clients),
    comparison: Math.round(alert.expected) >= 1
      ? t("sentence-record", { times: figure(alert.count / alert.expected), expected })
      : t("sentence-no-record"),
    clients: newClient(alert),
    expected,
    remedy: t("sentence-remedy"),
  });
  return { text: text + last, language: null };
}

const span = (seconds) => (seconds % 3600
  ? t("sentence-minutes", { n: seconds / 60 })
  : t("sentence-hours", { n: seconds / 3600 }));

function newClient({ rule, clients }) {
  const client = clients.find((one) => one.isNew);
  const key = rule === "failures-then-success" ? "sentence-source" : "sentence-clients";
  return client ? t(key, { network: client.network }) : "";
}

/** ` (192.0.2.0/24 and 2 others)`. */
function newNetworks(clients) {
  const [network, ...others] = clients.filter((one) => one.isNew).map((one) => one.network);
  if (!network) return "";
  return others.length
    ? ` (${t("sentence-networks", { n: others.length, network })})`
    : ` (${network})`;
}
