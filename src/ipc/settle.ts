/** Resolves a promise, or makes it follow another one. */
export type Settle = (value: unknown) => void;

let latest: Settle;

/** To make a promise with, `new Promise(keepSettle)`: one for all, since to make one for each costs as much as the promise. */
export function keepSettle(settle: Settle): void {
  latest = settle;
}

/** Of the promise that was just made. */
export function settleOfLatest(): Settle {
  return latest;
}
