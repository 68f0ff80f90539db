import { setMaxListeners } from 'node:events';
import type { Clock } from '../clock.ts';
import { GreenroomError } from '../errors.ts';
import { type Deadline, Deadlines } from './deadlines.ts';
import { IdTable } from './id-table.ts';

/** One request that is to be answered, whatever the wire looks like. */
export interface CallRequest {
  /** For the messages of errors. */
  readonly name: string;
  /** Milliseconds; 0 and Infinity mean no deadline. */
  readonly timeout: number;
  /** Rejects the call with `CALL_CANCELLED`. */
  readonly signal?: AbortSignal | undefined;
  /** Puts the request on the wire; what it throws rejects the call. */
  send(id: number): void;
  /** Tells the other side that nobody waits for this answer any more: after an abort and after the deadline. What it throws is ignored. */
  cancel(id: number): void;
  /** Makes what the call resolves with of its answer; what it throws rejects the call. Default: the answer itself. */
  read?(answer: unknown): unknown;
}

/** The calls of one side that wait for their answers; each settles exactly once. */
export interface Calls {
  /** How many calls wait. */
  readonly size: number;
  /**
   * Sends a request in this same tick and resolves with its answer.
   * @throws {GreenroomError} `CALL_TIMED_OUT`, `CALL_CANCELLED`, `OPTION_INVALID` for a timeout that is no time, `QUEUE_FULL` when no id is free; else
   * whatever `send`, `reject` or `rejectAll` gave.
   */
  begin(request: CallRequest): Promise<unknown>;
  /** Hands an answer to its call. False when no such call waits: the answer is late, or a second one. */
  resolve(id: number, value: unknown): boolean;
  /** Rejects a call with any error. False when no such call waits. */
  reject(id: number, error: unknown): boolean;
  /** Rejects every waiting call in this tick, and every later one; the first error stays. */
  rejectAll(error: unknown): void;
}

/** What a table of calls needs. */
export interface CallsOptions {
  readonly clock: Clock;
  /** Ids are 1 up to this number and then 1 again, without those still in use. Default 2^28. */
  readonly highestId?: number;
}

/** Makes an empty table of calls. */
export function createCalls(options: CallsOptions): Calls {
  return new CallTable(options);
}

class CallTable implements Calls {
  readonly #deadlines: Deadlines;
  readonly #highestId: number;
  readonly #pending = new IdTable<Pending>();
  #lastId = 0;
  #ended: { readonly error: unknown } | undefined;

  constructor({ clock, highestId = 2 ** 28 }: CallsOptions) {
    this.#deadlines = new Deadlines(clock);
    this.#highestId = highestId;
  }

  get size(): number {
    return this.#pending.size;
  }

  async begin(request: CallRequest): Promise<unknown> {
    checkTimeout(request);
    if (this.#ended !== undefined) throw this.#ended.error;
    if (this.size >= this.#highestId) throw tooMany(request, this.size);
    if (request.signal?.aborted) throw cancelled(request);
    const outcome = await new Promise<Outcome>((settle) => this.#open(request, settle));
    // Made only here, errors have the caller in their stack: V8 adds the functions that await this one.
    if (outcome.failure !== undefined) throw outcome.failure();
    return request.read === undefined ? outcome.value : request.read(outcome.value);
  }

  resolve(id: number, value: unknown): boolean {
    return this.#settle(id, { value });
  }

  reject(id: number, error: unknown): boolean {
    return this.#settle(id, { failure: () => error });
  }

  rejectAll(error: unknown): void {
    this.#ended ??= { error };
    for (const [id] of this.#pending.entries()) this.reject(id, this.#ended.error);
  }

  #open(request: CallRequest, settle: (outcome: Outcome) => void): void {
    const id = this.#nextId();
    const pending: Pending = { request, settle, deadline: undefined, onAbort: undefined };
    if (request.timeout > 0 && request.timeout < Infinity)
      pending.deadline = this.#deadlines.add(request.timeout, () => {
        pending.deadline = undefined;
        this.#giveUp(id, request, timedOut);
      });
    if (request.signal !== undefined) {
      pending.onAbort = () => this.#giveUp(id, request, cancelled);
      listen(request.signal, pending.onAbort);
    }
    this.#pending.add(id, pending);
    try {
      request.send(id);
    } catch (error) {
      this.reject(id, error);
    }
  }

  #giveUp(id: number, request: CallRequest, why: (request: CallRequest) => GreenroomError): void {
    if (this.#settle(id, { failure: () => why(request) })) tellOtherSide(request, id);
  }

  #settle(id: number, outcome: Outcome): boolean {
    const pending = this.#pending.get(id);
    if (pending === undefined) return false;
    this.#pending.delete(id);
    if (pending.deadline !== undefined) this.#deadlines.remove(pending.deadline);
    if (pending.onAbort !== undefined) pending.request.signal?.removeEventListener('abort', pending.onAbort);
    pending.settle(outcome);
    return true;
  }

  #nextId(): number {
    do this.#lastId = this.#lastId >= this.#highestId ? 1 : this.#lastId + 1;
    while (this.#pending.has(this.#lastId));
    return this.#lastId;
  }
}

interface Pending {
  readonly request: CallRequest;
  settle(outcome: Outcome): void;
  deadline: Deadline | undefined;
  onAbort: (() => void) | undefined;
}

interface Outcome {
  readonly value?: unknown;
  readonly failure?: () => unknown;
}

function checkTimeout({ name, timeout }: CallRequest): void {
  if (timeout >= 0) return;
  throw new GreenroomError(
    'OPTION_INVALID',
    `Call "${name}": the timeout must be a number of milliseconds, 0 for none; got ${String(timeout)}.`,
    { data: { call: name } },
  );
}

function listen(signal: AbortSignal | undefined, onAbort: () => void): void {
  if (signal === undefined) return;
  // One signal for many calls is no leak, but Node 20 prints a warning from the eleventh listener on.
  setMaxListeners(0, signal);
  signal.addEventListener('abort', onAbort, { once: true });
}

function tooMany({ name }: CallRequest, waiting: number): GreenroomError {
  return new GreenroomError(
    'QUEUE_FULL',
    `Call "${name}" was not sent: ${waiting} calls wait for an answer already.`,
    {
      data: { call: name, waiting },
    },
  );
}

function tellOtherSide(request: CallRequest, id: number): void {
  try {
    request.cancel(id);
  } catch {
    // The call is settled: a channel that is closed or full has nothing to add.
  }
}

function cancelled({ name, signal }: CallRequest): GreenroomError {
  return new GreenroomError('CALL_CANCELLED', `Call "${name}" was cancelled by its caller.`, {
    data: { call: name },
    cause: signal?.reason,
  });
}

function timedOut({ name, timeout }: CallRequest): GreenroomError {
  return new GreenroomError('CALL_TIMED_OUT', `Call "${name}" was not answered within ${timeout} ms.`, {
    data: { call: name, timeout },
  });
}
