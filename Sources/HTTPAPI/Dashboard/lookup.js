// What the daemon knows of a sender or an account.

import { get, getPages } from "./api.js";

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
  const row = async (path, more, one) => {
    // A short name is part of many, and they may all have more.
    for await (const rows of getPages(path, { ...when, ...more, search: one }, signal)) {
      const found = rows.find(({ account }) => account === one);
      if (found) return found;
    }
    return undefined;
  };
  const searched = names.filter((one) => new TextEncoder().encode(one).length <= 1024);
  const [failures, below] = await Promise.all([
    Promise.all(searched.map((one) => row("/v1/failures", { by: "account" }, one))),
    Promise.all(searched.map((one) => row("/v1/cutoff", { minimum: "1.2" }, one))),
  ]);
  return {
    main,
    accounts,
    failures: failures.filter(Boolean),
    below: below.filter((one) => one?.last),
  };
}
