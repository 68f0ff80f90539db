/** Asks the server; throws with the server's own words if it refuses. */
export async function ask(token: string, path: string, method: 'GET' | 'POST' = 'GET'): Promise<string> {
  const response = await fetch(`/api/v1${path}`, {
    method,
    headers: { authorization: `Bearer ${token}` },
  }).catch(() => {
    throw new Error('The server can not be reached.');
  });
  const text = await response.text();
  if (response.ok) return text;
  throw new Error(detailOf(text) ?? `The server answered ${response.status}.`);
}

/** The address of a connection below `/api/v1` and on this page. */
export function pathOf(id: string): string {
  // Half a character has no place in an address, and would take all other rows with it.
  return `/connections/${encodeURIComponent(id.replaceAll(/\p{Surrogate}/gu, '\u{FFFD}'))}`;
}

/** What an answer says of why it is none; null if it doesn't. */
export function detailOf(text: string): string | null {
  try {
    return (JSON.parse(text) as { detail?: string }).detail ?? null;
  } catch {
    return null;
  }
}
