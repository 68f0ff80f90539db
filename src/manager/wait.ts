import { inspect } from 'node:util';
import { GreenroomError } from '../errors.ts';
import { longestTimer } from '../ipc/deadlines.ts';
import { isSignal, listen } from '../ipc/signals.ts';
import type { ConnectionState, ConnectionStatus } from '../machines/status.ts';

/** How long to wait. */
export interface WaitOptions {
  /** Milliseconds; Infinity, as nothing, is for as long as it takes. */
  readonly timeout?: number | undefined;
  /** Ends the wait with `WAIT_FAILED`. */
  readonly signal?: AbortSignal | undefined;
}

/** A state to wait for, several of them, or a question to the status. */
export type AwaitedStatus =
  | ConnectionState
  | readonly ConnectionState[]
  | ((status: ConnectionStatus) => boolean);

interface Observable {
  readonly status: ConnectionStatus;
  subscribe(listener: (status: ConnectionStatus) => void): () => void;
}

/** Resolves with the first status that fits, which may be the present one. */
export function waitForStatus(
  source: Observable,
  awaited: AwaitedStatus,
  options: WaitOptions = {},
): Promise<ConnectionStatus> {
  const { timeout, signal } = options;
  if (signal != null && !isSignal(signal)) return Promise.reject(wrongSignal(source.status, signal));
  const fits = predicate(awaited);
  return new Promise((resolve, reject) => {
    const ends: (() => void)[] = [];
    const finish = (settle: () => void): void => {
      for (const end of ends.splice(0)) end();
      settle();
    };
    const fail = (why: string, cause?: unknown): void =>
      finish(() => reject(waitFailed(source.status, awaited, why, cause)));
    const check = (status: ConnectionStatus): void => {
      try {
        if (fits(status)) finish(() => resolve(status));
        else if (status.state === 'removed') fail('it was removed');
      } catch (error) {
        finish(() => reject(error));
      }
    };
    ends.push(source.subscribe(check), failAfter(timeout, fail), failOnAbort(signal, fail));
    if (!signal?.aborted) check(source.status);
  });
}

function failAfter(timeout: number | undefined, fail: (why: string) => void): () => void {
  // Nobody will be there to miss it.
  if (timeout === undefined || timeout > longestTimer) return () => {};
  const timer = setTimeout(() => fail(`${timeout} ms are over`), timeout);
  return () => clearTimeout(timer);
}

function failOnAbort(
  signal: AbortSignal | undefined,
  fail: (why: string, cause: unknown) => void,
): () => void {
  if (signal == null) return () => {};
  const onAbort = (): void => fail('the wait was cancelled', signal.reason);
  if (signal.aborted) queueMicrotask(onAbort);
  listen(signal, onAbort);
  return () => signal.removeEventListener('abort', onAbort);
}

function predicate(awaited: AwaitedStatus): (status: ConnectionStatus) => boolean {
  if (typeof awaited === 'function') return awaited;
  const states = typeof awaited === 'string' ? [awaited] : awaited;
  return ({ state }) => states.includes(state);
}

function waitFailed(
  status: ConnectionStatus,
  awaited: AwaitedStatus,
  why: string,
  cause: unknown,
): GreenroomError {
  const wanted = typeof awaited === 'function' ? 'the awaited status' : [awaited].flat().join(' or ');
  const reason = status.reason === null ? '' : ` (${status.reason})`;
  return new GreenroomError(
    'WAIT_FAILED',
    `Connection "${status.id}" did not become ${wanted}: ${why}, and it is ${status.state}${reason}.`,
    { data: { status }, ...(cause === undefined ? {} : { cause }) },
  );
}

function wrongSignal({ id }: ConnectionStatus, signal: unknown): GreenroomError {
  return new GreenroomError(
    'OPTION_INVALID',
    `The signal of a wait for connection "${id}" must be an AbortSignal, as controller.signal is; got ${inspect(signal, { depth: 0 })}.`,
    { data: { connection: id } },
  );
}
