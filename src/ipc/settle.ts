/** Resolves a promise, or makes it follow another one. */
export type Settle = (value: unknown) => void;

let latest: Settle | undefined;

/** To make a promise with, `new Promise(keepSettle)`: one for all, since to make one for each costs as much as the promise. */
export function keepSettle(settle: Settle): void {
  latest = settle;
}

/** Of the promise that was just made. It isn't kept any longer, and neither is what it will resolve with. */
export function takeSettle(): Settle {
  const settle = latest as Settle;
  latest = undefined;
  return settle;
}
