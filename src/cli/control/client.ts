import type { Announcement } from './announcement.ts';
import { readEvents, type ServerEvent } from './server-events.ts';

/** What went wrong, for people; the command ends with 1. */
export class CommandFailed extends Error {
  override readonly name = 'CommandFailed';
}

/** Why the server didn't do as it was asked. */
export class Refused extends Error {
  override readonly name = 'Refused';
}

/** Somebody else answers where the run was. */
export class Stranger extends Error {
  override readonly name = 'Stranger';
}

/** How long an answer may take: milliseconds. */
const patience = 5000;

/** Speaks to the HTTP API of a run. Whoever answers must be that very run, as its answers show. */
export class Client {
  readonly run: Announcement;

  constructor(run: Announcement) {
    this.run = run;
  }

  /** @throws {Refused | Stranger | CommandFailed} */
  async get<T>(path: string): Promise<T> {
    return (await (await this.#ask('GET', path)).json()) as T;
  }

  /** @throws {Refused | Stranger | CommandFailed} */
  async text(path: string): Promise<string> {
    return (await this.#ask('GET', path)).text();
  }

  /** @throws {Refused | Stranger | CommandFailed} */
  async post<T>(path: string): Promise<T> {
    return (await (await this.#ask('POST', path)).json()) as T;
  }

  /** Whether it is there: asks for as little as possible. */
  async greet(): Promise<void> {
    await this.#ask('HEAD', 'openapi.json');
  }

  /** What the run tells as it happens, until it ends or `signal` aborts; how long it is silent doesn't matter. */
  async *events(signal: AbortSignal): AsyncGenerator<ServerEvent> {
    try {
      const { body } = await this.#ask('GET', 'events', signal);
      if (body !== null) yield* readEvents(body, signal);
    } catch (error) {
      // It ended just before.
      if (!(error instanceof Stranger)) throw error;
    }
  }

  async #ask(
    method: string,
    path: string,
    signal: AbortSignal = AbortSignal.timeout(patience),
  ): Promise<Response> {
    const { url, token, instance } = this.run;
    const headers = { authorization: `Bearer ${token}` };
    const asked = fetch(new URL(`/api/v1/${path}`, url), { method, headers, signal, redirect: 'manual' });
    const response = await asked.catch((error: unknown) => {
      throw unreachable(error, this.run);
    });
    if (response.headers.get('greenroom-instance') !== instance)
      throw new Stranger('something else answers there');
    if (response.ok) return response;
    const { detail } = (await response.json()) as { detail: string };
    throw new Refused(detail);
  }
}

/** The address of a connection in the API. */
export function pathOf(connection: string, rest = ''): string {
  return `connections/${encodeURIComponent(connection)}${rest}`;
}

function unreachable(error: unknown, { pid, file }: Announcement): Error {
  const isSilent = error instanceof Error && error.name === 'TimeoutError';
  if (!isSilent) return new Stranger('nothing answers there');
  return new CommandFailed(
    `The run ${pid} of ${file} did not answer within ${patience / 1000} s: it is suspended, or busy. Look at process ${pid}.`,
  );
}
