// What the daemon knows of a sender or an account.

import { get } from "./api.js";

/** So many accounts of a sender are shown in detail: the busiest. */
const accountLimit = 3;

/** All that the daemon knows of a name. */
export async function lookUp({ role, name: subject, parameters: [start, end, days] }, signal) {
  const when = { start, end, days };
  const main = role === "sender"
    ? await get("/v1/sender", { address: subject, ...when }, signal)
    : await get("/v1/account", { name: subject, ...when }, signal);
  const names = role === "sender"
    ? main.accounts.slice(0, accountLimit).map((one) => one.account)
    : [main.account];
  const accounts = role === "account"
    ? [main]
    : await Promise.all(names.map((one) => get("/v1/account", { name: one, ...when }, signal)));
  const rows = async (path, more, one) => {
    const { rows: found } = await get(path, { ...when, ...more, search: one, limit: 200 }, signal);
    return found.find((row) => row.account === one);
  };
  const searched = names.filter((one) => new TextEncoder().encode(one).length <= 1024);
  const [failures, below] = await Promise.all([
    Promise.all(searched.map((one) => rows("/v1/failures", { by: "account" }, one))),
    Promise.all(searched.map((one) => rows("/v1/cutoff", { minimum: "1.2" }, one))),
  ]);
  return {
    main,
    accounts,
    failures: failures.filter(Boolean),
    below: below.filter((one) => one?.last),
  };
}
