/** An event of the HTTP API, with its data as JSON. */
export interface ServerEvent {
  readonly event: string;
  readonly data: unknown;
}

/** The server-sent events in a body, as our server writes them: a line for the name and one for the data. Ends with the body, also where it is broken off. */
export async function* readEvents(
  body: ReadableStream<Uint8Array>,
  signal: AbortSignal,
): AsyncGenerator<ServerEvent> {
  const decoder = new TextDecoder();
  let rest = '';
  const reader = body.getReader();
  // A server that was killed breaks off; for who listens that is an end like any other.
  const next = (): Promise<string | null> =>
    reader.read().then(
      ({ value, done }) => (done ? null : decoder.decode(value, { stream: true })),
      () => null,
    );
  try {
    for (let text = await next(); text !== null && !signal.aborted; text = await next()) {
      const events = (rest + text).split('\n\n');
      rest = events.pop() ?? '';
      for (const each of events) yield eventIn(each);
    }
  } finally {
    // An open body keeps the process from ending.
    await reader.cancel().catch(() => {});
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
