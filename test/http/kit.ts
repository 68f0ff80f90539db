import { request } from 'node:http';
import { onTestFinished } from 'vitest';
import { createDashboard, type Dashboard, type DashboardOptions } from '../../src/dashboard/index.ts';
import type { Manager } from '../../src/index.ts';

/** Serves a manager until the test is over. */
export async function serve(manager: Manager, options: DashboardOptions = {}): Promise<Dashboard> {
  const dashboard = await createDashboard(manager, { port: 0, ...options });
  onTestFinished(() => dashboard.close());
  return dashboard;
}

export interface Answer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
  readonly text: string;
}

/** Asks with exactly these headers, which `fetch` wouldn't do. */
export function ask(
  { port, token }: Pick<Dashboard, 'port' | 'token'>,
  path: string,
  { method = 'GET', headers = {} }: { method?: string; headers?: Record<string, string> } = {},
): Promise<Answer> {
  const all = { authorization: `Bearer ${token}`, ...headers };
  const given = Object.fromEntries(Object.entries(all).filter(([, value]) => value !== ''));
  return new Promise((resolve, reject) => {
    const asked = request({ host: '127.0.0.1', port, path, method, headers: given }, (response) => {
      let text = '';
      response.setEncoding('utf8').on('data', (piece: string) => (text += piece));
      response.on('end', () =>
        resolve({ status: response.statusCode ?? 0, headers: response.headers, text }),
      );
    });
    asked.on('error', reject);
    asked.end();
  });
}

export interface Told {
  readonly event: string;
  readonly data: Record<string, unknown>;
}

/** A viewer of the event stream: everything it was told so far. */
export class Audience {
  readonly told: Told[] = [];
  text = '';
  readonly #abort = new AbortController();
  readonly #waiting = new Set<() => void>();

  /** Opens a stream that lasts as long as the test. */
  static async open({ url, token }: Dashboard, query = ''): Promise<Audience> {
    const audience = new Audience();
    onTestFinished(() => audience.leave());
    const headers = { authorization: `Bearer ${token}` };
    const response = await fetch(`${url}api/v1/events${query}`, { headers, signal: audience.#abort.signal });
    void audience.#read(response);
    return audience;
  }

  leave(): void {
    this.#abort.abort();
  }

  /** Resolves with the first that fits, which may have been told already. */
  until(fits: (told: Told) => boolean): Promise<Told> {
    return new Promise((resolve) => {
      const look = (): void => {
        const found = this.told.find(fits);
        if (found === undefined) return;
        this.#waiting.delete(look);
        resolve(found);
      };
      this.#waiting.add(look);
      look();
    });
  }

  async #read(response: Response): Promise<void> {
    const decoder = new TextDecoder();
    let rest = '';
    try {
      for await (const piece of response.body ?? []) {
        const text = decoder.decode(piece as Uint8Array, { stream: true });
        this.text += text;
        const events = (rest + text).split('\n\n');
        rest = events.pop() ?? '';
        for (const each of events) this.#take(each);
      }
    } catch {
      // The test is over.
    }
  }

  #take(text: string): void {
    const [event = '', data = ''] = text.split('\n');
    this.told.push({ event: event.slice('event: '.length), data: JSON.parse(data.slice('data: '.length)) });
    for (const look of this.#waiting) look();
  }
}
