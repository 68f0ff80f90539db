const key = 'greenroom-token';
const inLink = /^#token=([\w.~-]+)$/;

/** The token from the link, which is then taken out of the address, or the one of the last time; null if there is none. */
export function knownToken(): string | null {
  const given = inLink.exec(location.hash)?.[1];
  if (given === undefined) return stored();
  keep(() => localStorage.setItem(key, given));
  history.replaceState(null, '', location.pathname + location.search);
  return given;
}

/** A link with another token that is opened where this page is already changes nothing but the fragment: the page begins anew with it. */
export function followNewLinks(): void {
  addEventListener('hashchange', () => {
    if (inLink.test(location.hash)) location.reload();
  });
}

/** Forgets a token that isn't the right one. */
export function forgetToken(): void {
  keep(() => localStorage.removeItem(key));
}

/** What somebody gave as the token: it may be the whole link. */
export function tokenIn(text: string): string | null {
  return /(?:^|#token=)([\w.~-]+)$/.exec(text.trim())?.[1] ?? null;
}

function stored(): string | null {
  try {
    return localStorage.getItem(key);
  } catch {
    return null;
  }
}

/** Where the browser keeps nothing for pages, the link is needed each time. */
function keep(work: () => void): void {
  try {
    work();
  } catch {}
}
