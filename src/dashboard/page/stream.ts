/** What this page knows of its line to the server. */
export type Line =
  | { readonly state: 'connecting' }
  | { readonly state: 'live' }
  | { readonly state: 'lost'; readonly since: number }
  | { readonly state: 'refused' }
  | { readonly state: 'unknown' };

/** A stream of events that comes back by itself. */
export interface Stream {
  close(): void;
}

interface StreamOptions {
  readonly address: string;
  readonly token: string;
  readonly onEvent: (name: string, data: unknown) => void;
  readonly onLine: (line: Line) => void;
}

/** The server is heard every five seconds; after so much silence the line is taken for dead: milliseconds. */
const silence = 12_000;
const firstDelay = 500;
const longestDelay = 5000;

/** Opens a stream of events. A page that nobody sees lets go of it, and takes it up again when it is looked at. */
export function openStream(options: StreamOptions): Stream {
  return new LastingStream(options);
}

class LastingStream implements Stream {
  readonly #options: StreamOptions;
  #abort: AbortController | null = null;
  #timer = 0;
  #delay = firstDelay;
  #lostSince: number | null = null;

  constructor(options: StreamOptions) {
    this.#options = options;
    document.addEventListener('visibilitychange', this.#onSight);
    addEventListener('online', this.#connect);
    this.#connect();
  }

  close(): void {
    this.#letGo();
    document.removeEventListener('visibilitychange', this.#onSight);
    removeEventListener('online', this.#connect);
  }

  readonly #onSight = (): void => (document.hidden ? this.#letGo() : this.#connect());

  readonly #connect = (): void => {
    clearTimeout(this.#timer);
    if (this.#abort !== null || document.hidden) return;
    const own = (this.#abort = new AbortController());
    if (this.#lostSince === null) this.#options.onLine({ state: 'connecting' });
    read(this.#options, own, () => this.#opened()).then(
      (end) => this.#ended(own, end),
      () => this.#ended(own, 'over'),
    );
  };

  #opened(): void {
    this.#delay = firstDelay;
    this.#lostSince = null;
    this.#options.onLine({ state: 'live' });
  }

  #ended(own: AbortController, end: 'over' | 'refused' | 'unknown'): void {
    if (this.#abort !== own) return;
    if (end !== 'over') return this.#options.onLine({ state: end });
    this.#abort = null;
    this.#lostSince ??= Date.now();
    this.#options.onLine({ state: 'lost', since: this.#lostSince });
    this.#timer = setTimeout(this.#connect, this.#delay);
    this.#delay = Math.min(2 * this.#delay, longestDelay);
  }

  #letGo(): void {
    clearTimeout(this.#timer);
    const own = this.#abort;
    this.#abort = null;
    own?.abort();
  }
}

async function read(
  { address, token, onEvent }: StreamOptions,
  abort: AbortController,
  onOpen: () => void,
): Promise<'over' | 'refused' | 'unknown'> {
  let watchdog = 0;
  const heard = (): void => {
    clearTimeout(watchdog);
    watchdog = setTimeout(() => abort.abort(), silence);
  };
  heard();
  try {
    const headers = { authorization: `Bearer ${token}` };
    const response = await fetch(address, { headers, signal: abort.signal, cache: 'no-store' });
    if (response.status === 401) return 'refused';
    if (response.status === 404) return 'unknown';
    if (!response.ok || response.body === null) return 'over';
    onOpen();
    const take = eventReader(onEvent);
    for (const reader = response.body.getReader(), decoder = new TextDecoder(); ;) {
      const { done, value } = await reader.read();
      if (done) return 'over';
      heard();
      take(decoder.decode(value, { stream: true }));
    }
  } finally {
    clearTimeout(watchdog);
  }
}

/** Puts events together from the pieces in which they come. */
function eventReader(onEvent: StreamOptions['onEvent']): (piece: string) => void {
  let rest = '';
  return (piece) => {
    const events = (rest + piece).split('\n\n');
    rest = events.pop() ?? '';
    for (const event of events) {
      const [name = '', data = ''] = event.split('\n');
      onEvent(name.replace('event: ', ''), JSON.parse(data.replace('data: ', '')));
    }
  };
}
