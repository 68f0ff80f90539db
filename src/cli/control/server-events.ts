import type { Readable } from 'node:stream';

/** An event of the HTTP API, with its data as JSON. */
export interface ServerEvent {
  readonly event: string;
  readonly data: unknown;
}

/** The server-sent events in a body, as our server writes them: a line for the name and one for the data. Ends with the body, also where it is broken off. */
export async function* readEvents(body: Readable): AsyncGenerator<ServerEvent> {
  let rest = '';
  for await (const text of piecesOf(body.setEncoding('utf8'))) {
    const events = (rest + text).split('\n\n');
    rest = events.pop() ?? '';
    for (const each of events) yield eventIn(each);
  }
}

/** Whoever stops reading closes the body, which would keep the process from ending. */
async function* piecesOf(body: Readable): AsyncGenerator<string> {
  try {
    for await (const piece of body) yield String(piece);
  } catch {
    // A server that was killed breaks off, and so does who waited long enough; for who listens that is an end like any other.
  }
}

function eventIn(text: string): ServerEvent {
  const fields = new Map(
    text.split('\n').map((line) => {
      const colon = line.indexOf(': ');
      return [line.slice(0, colon), line.slice(colon + 2)] as const;
    }),
  );
  return { event: fields.get('event') ?? '', data: JSON.parse(fields.get('data') ?? 'null') };
}
