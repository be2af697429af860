// The daemon's routes. What they answer is kept by the browser and asked for again by its tag.

export class Refusal extends Error {
  constructor(status, problem) {
    super(problem?.detail ?? `HTTP ${status}`);
    this.status = status;
    this.problem = problem;
  }
}

/** A path with parameters; those without a value are left out. */
function target(path, parameters = {}) {
  const query = new URLSearchParams();
  for (const [name, value] of Object.entries(parameters)) {
    if (value !== undefined && value !== null && value !== "") query.set(name, value);
  }
  return query.size ? `${path}?${query}` : path;
}

/** The address of a view. */
export const address = (path, parameters) => `#${target(path, parameters)}`;

async function ask(path, parameters, options) {
  const answer = await fetch(target(path, parameters), { credentials: "same-origin", ...options });
  if (answer.ok) return answer;
  let problem;
  try {
    problem = await answer.json();
  } catch {
    // Something between the daemon and the browser has answered.
  }
  throw new Refusal(answer.status, problem);
}

/** So long an answer may take; who waits longer learns with a `TimeoutError` that none comes. */
const patience = 30_000;

export async function get(path, parameters, signal) {
  const limit = AbortSignal.timeout(patience);
  const signals = AbortSignal.any(signal ? [signal, limit] : [limit]);
  const headers = { Accept: "application/json", "Accept-Language": document.documentElement.lang };
  const answer = await ask(path, parameters, { signal: signals, headers });
  const found = await answer.json();
  // Where the period of a report begins before the days that are kept.
  const firstDay = answer.headers.get("Submitwatch-First-Day");
  return firstDay ? { ...found, firstDay } : found;
}

/** All rows of a report, in as many pages as it takes. */
export async function* getPages(path, parameters, signal) {
  let cursor = null;
  do {
    const { rows, next } = await get(path, { ...parameters, limit: 5000, cursor }, signal);
    yield rows;
    cursor = next;
  } while (cursor);
}

export async function getCSV(path, parameters) {
  return (await ask(path, parameters, { headers: { Accept: "text/csv" } })).text();
}

export function post(path, body) {
  return ask(path, {}, {
    method: "POST",
    headers: { "Content-Type": "application/json" },
    body: JSON.stringify(body),
  });
}

/** Exchanges the token of the address for the session's cookie. */
export async function openSession(token) {
  await ask("/session", {}, {
    method: "POST",
    headers: { "Content-Type": "text/plain" },
    body: token,
  });
}

let description;
/** Whether this daemon has a route: newer pages may meet older daemons. */
export async function hasRoute(path) {
  description ??= get("/openapi.json").catch((error) => {
    description = undefined;
    throw error;
  });
  return path in (await description).paths;
}
