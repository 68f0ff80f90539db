import type { IncomingMessage } from 'node:http';
import type { Announcement } from './announcement.ts';
import { ask, textOf } from './ask.ts';
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
    return JSON.parse(await this.text(path)) as T;
  }

  /** @throws {Refused | Stranger | CommandFailed} */
  text(path: string): Promise<string> {
    return this.#read('GET', path);
  }

  /** @throws {Refused | Stranger | CommandFailed} */
  async post<T>(path: string): Promise<T> {
    return JSON.parse(await this.#read('POST', path)) as T;
  }

  /** Whether it is there: asks for as little as possible. */
  async greet(): Promise<void> {
    await this.#read('HEAD', 'openapi.json');
  }

  /** What the run tells as it happens, until it ends or `signal` aborts; how long it is silent doesn't matter. */
  async *events(signal: AbortSignal): AsyncGenerator<ServerEvent> {
    try {
      yield* readEvents(await this.#ask('GET', 'events', signal));
    } catch (error) {
      // It ended just before.
      if (!(error instanceof Stranger)) throw error;
    }
  }

  async #read(method: string, path: string): Promise<string> {
    const signal = AbortSignal.timeout(patience);
    const answer = await this.#ask(method, path, signal);
    return this.#heard(textOf(answer), signal);
  }

  async #ask(method: string, path: string, signal: AbortSignal): Promise<IncomingMessage> {
    const { url, token, instance } = this.run;
    const headers = { authorization: `Bearer ${token}` };
    const asked = ask(new URL(`/api/v1/${path}`, url), { method, headers, signal });
    const answer = await this.#heard(asked, signal);
    if (answer.headers['greenroom-instance'] !== instance) {
      answer.destroy();
      throw new Stranger('something else answers there');
    }
    if (answer.statusCode !== undefined && answer.statusCode < 300) return answer;
    const { detail } = JSON.parse(await this.#heard(textOf(answer), signal)) as { detail: string };
    throw new Refused(detail);
  }

  /** The same, or what it means that there is no answer. */
  async #heard<T>(answer: Promise<T>, signal: AbortSignal): Promise<T> {
    try {
      return await answer;
    } catch (error) {
      throw signal.aborted ? silent(this.run) : unreachable(error as NodeJS.ErrnoException, this.run);
    }
  }
}

/** The address of a connection in the API. */
export function pathOf(connection: string, rest = ''): string {
  return `connections/${encodeURIComponent(connection)}${rest}`;
}

function silent({ pid, file }: Announcement): CommandFailed {
  return new CommandFailed(
    `The run ${pid} of ${file} did not answer within ${patience / 1000} s: it is suspended, or busy. Look at process ${pid}.`,
  );
}

/** Only a refusal, and what isn't HTTP, says that the run is gone; whatever else goes wrong may go wrong on the way to one that lives. */
function unreachable({ code = '', message }: NodeJS.ErrnoException, { pid, file }: Announcement): Error {
  if (code === 'ECONNREFUSED') return new Stranger('nothing answers there');
  if (code.startsWith('HPE_')) return new Stranger('something else answers there');
  return new CommandFailed(
    `The run ${pid} of ${file} can't be asked: ${message}. Try again, or look at process ${pid}.`,
  );
}
