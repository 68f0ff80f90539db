import { GreenroomError } from '../errors.ts';
import type { ConnectionState, ConnectionStatus } from '../machines/status.ts';

/** How long to wait. */
export interface WaitOptions {
  /** Milliseconds. Default: for as long as it takes. */
  readonly timeout?: number | undefined;
  /** Ends the wait with `WAIT_FAILED`. */
  readonly signal?: AbortSignal | undefined;
}

/** A state to wait for, several of them, or a question to the status. */
export type Awaited = ConnectionState | readonly ConnectionState[] | ((status: ConnectionStatus) => boolean);

interface Observable {
  readonly status: ConnectionStatus;
  subscribe(listener: (status: ConnectionStatus) => void): () => void;
}

/** Resolves with the first status that fits, which may be the present one. */
export function waitForStatus(
  source: Observable,
  awaited: Awaited,
  options: WaitOptions = {},
): Promise<ConnectionStatus> {
  const fits = predicate(awaited);
  return new Promise((resolve, reject) => {
    const { timeout, signal } = options;
    const fail = (why: string, cause?: unknown): void => {
      finish();
      reject(waitFailed(source.status, awaited, why, cause));
    };
    const onAbort = (): void => fail('the wait was cancelled', signal?.reason);
    const timer =
      timeout === undefined ? undefined : setTimeout(() => fail(`${timeout} ms are over`), timeout);
    const check = (status: ConnectionStatus): void => {
      if (fits(status)) {
        finish();
        resolve(status);
      } else if (status.state === 'removed') fail('it was removed');
    };
    const unsubscribe = source.subscribe(check);
    const finish = (): void => {
      clearTimeout(timer);
      unsubscribe();
      signal?.removeEventListener('abort', onAbort);
    };
    signal?.addEventListener('abort', onAbort);
    if (signal?.aborted) onAbort();
    else check(source.status);
  });
}

function predicate(awaited: Awaited): (status: ConnectionStatus) => boolean {
  if (typeof awaited === 'function') return awaited;
  const states = typeof awaited === 'string' ? [awaited] : awaited;
  return ({ state }) => states.includes(state);
}

function waitFailed(status: ConnectionStatus, awaited: Awaited, why: string, cause: unknown): GreenroomError {
  const wanted = typeof awaited === 'function' ? 'the awaited status' : [awaited].flat().join(' or ');
  const reason = status.reason === null ? '' : ` (${status.reason})`;
  return new GreenroomError(
    'WAIT_FAILED',
    `Connection "${status.id}" did not become ${wanted}: ${why}, and it is ${status.state}${reason}.`,
    { data: { status }, ...(cause === undefined ? {} : { cause }) },
  );
}
