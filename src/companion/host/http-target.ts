import type { IncomingMessage } from 'node:http';
import type { HttpTarget } from './http.ts';
import type { CompanionConnection } from './watchable.ts';

const route = /^\/instance\/([^/?#]+)(\/[^?#]*)?/;

/** Whose a request is, by id or label; null for none. */
export function httpTarget(
  request: IncomingMessage,
  connections: readonly CompanionConnection[],
): HttpTarget | null {
  const [whole, written, path = '/'] = route.exec(request.url ?? '') ?? [];
  if (whole === undefined || written === undefined) return null;
  const name = decoded(written);
  const connection =
    connections.find(({ id }) => id === name) ?? connections.find(({ label }) => label === name);
  return connection ? { connection, baseUrl: `/instance/${written}`, path } : null;
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    // What is no percent-encoding names nobody by it.
    return text;
  }
}
