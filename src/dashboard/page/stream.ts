import { detailOf } from './api.ts';

/** What this page knows of its line to the server. */
export type Line =
  | { readonly state: 'connecting' }
  | { readonly state: 'live' }
  /** `why` is what was answered instead, if anything was. */
  | { readonly state: 'lost'; readonly since: number; readonly why: string | null }
  | { readonly state: 'refused' }
  /** There is no such connection now; it is asked for again. */
  | { readonly state: 'unknown' }
  /** Nobody sees this page, so it doesn't follow. */
  | { readonly state: 'unseen' };

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
/** What comes from something in between, such as a proxy, may be long. */
const longestAnswer = 200;
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

  readonly #onSight = (): void => {
    if (document.hidden) {
      this.#letGo();
      this.#options.onLine({ state: 'unseen' });
    } else {
      if (this.#lostSince !== null) this.#lose(null);
      this.#connect();
    }
  };

  readonly #connect = (): void => {
    clearTimeout(this.#timer);
    if (this.#abort !== null || document.hidden) return;
    const own = (this.#abort = new AbortController());
    if (this.#lostSince === null && this.#delay === firstDelay) this.#options.onLine({ state: 'connecting' });
    read(this.#options, own, () => this.#opened()).then(
      (end) => this.#ended(own, end),
      () => this.#ended(own, { kind: 'over', why: null }),
    );
  };

  #opened(): void {
    this.#delay = firstDelay;
    this.#lostSince = null;
    this.#options.onLine({ state: 'live' });
  }

  #ended(own: AbortController, end: End): void {
    if (this.#abort !== own) return;
    if (end.kind === 'refused') return this.#options.onLine({ state: 'refused' });
    this.#abort = null;
    if (end.kind === 'unknown') this.#options.onLine({ state: 'unknown' });
    else this.#lose(end.why);
    this.#timer = setTimeout(this.#connect, this.#delay);
    this.#delay = Math.min(2 * this.#delay, longestDelay);
  }

  #lose(why: string | null): void {
    this.#lostSince ??= Date.now();
    this.#options.onLine({ state: 'lost', since: this.#lostSince, why });
  }

  #letGo(): void {
    clearTimeout(this.#timer);
    const own = this.#abort;
    this.#abort = null;
    own?.abort();
  }
}

interface End {
  readonly kind: 'over' | 'refused' | 'unknown';
  readonly why: string | null;
}

async function read(
  { address, token, onEvent }: StreamOptions,
  abort: AbortController,
  onOpen: () => void,
): Promise<End> {
  let watchdog = 0;
  const heard = (): void => {
    clearTimeout(watchdog);
    watchdog = setTimeout(() => abort.abort(), silence);
  };
  heard();
  try {
    const headers = { authorization: `Bearer ${token}` };
    const response = await fetch(address, { headers, signal: abort.signal, cache: 'no-store' });
    if (response.status === 401) return { kind: 'refused', why: null };
    if (response.status === 404) return { kind: 'unknown', why: null };
    if (!response.ok || response.body === null) return { kind: 'over', why: await whyOf(response) };
    onOpen();
    const take = eventReader(onEvent);
    for (const reader = response.body.getReader(), decoder = new TextDecoder(); ;) {
      const { done, value } = await reader.read();
      if (done) return { kind: 'over', why: null };
      heard();
      take(decoder.decode(value, { stream: true }));
    }
  } finally {
    clearTimeout(watchdog);
  }
}

async function whyOf(response: Response): Promise<string> {
  return (detailOf(await response.text()) ?? `It answered ${response.status}.`).slice(0, longestAnswer);
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
