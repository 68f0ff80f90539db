const key = 'greenroom-token';

/** The token from the link, which is then taken out of the address, or the one of the last time; null if there is none. */
export function knownToken(): string | null {
  const given = /^#token=([\w.~-]+)$/.exec(location.hash)?.[1];
  if (given === undefined) return localStorage.getItem(key);
  localStorage.setItem(key, given);
  history.replaceState(null, '', location.pathname + location.search);
  return given;
}

/** Forgets a token that isn't the right one. */
export function forgetToken(): void {
  localStorage.removeItem(key);
}

/** Keeps a token that somebody typed. */
export function keepToken(token: string): void {
  localStorage.setItem(key, token);
}
