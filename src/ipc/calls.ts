import type { Clock } from '../clock.ts';
import type { GreenroomError } from '../errors.ts';
import { cancelled, timedOut, tooMany, wrongSignal, wrongTimeout } from './call-errors.ts';
import { type Deadline, type DeadlineOwner, Deadlines } from './deadlines.ts';
import { IdTable } from './id-table.ts';
import { keepSettle, type Settle, takeSettle } from './settle.ts';
import { isSignal, listen } from './signals.ts';

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
   * @throws {GreenroomError} `CALL_TIMED_OUT`, `CALL_CANCELLED`, `OPTION_INVALID` for a timeout that is no time or a signal that is none, `QUEUE_FULL` when no id is
   * free; else whatever `send`, `reject` or `rejectAll` gave.
   */
  begin(request: CallRequest): Promise<unknown>;
  /** Hands an answer to its call. False when no such call waits: the answer is late, or a second one. */
  resolve(id: number, value: unknown): boolean;
  /** Rejects a call with any error. False when no such call waits. */
  reject(id: number, error: unknown): boolean;
  /** As `reject`, with an error that is made of the call's name and has its caller in its stack. */
  fail(id: number, errorOf: (name: string) => unknown): boolean;
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

  begin(request: CallRequest): Promise<unknown> {
    const refusal = this.#refuse(request);
    if (refusal !== undefined) return Promise.reject(refusal.error);
    const promise = new Promise(keepSettle);
    const id = this.#nextId();
    const pending = new Pending(this, id, request, takeSettle());
    this.#pending.add(id, pending);
    pending.start(this.#deadlines);
    try {
      request.send(id);
    } catch (error) {
      this.reject(id, error);
    }
    return promise;
  }

  resolve(id: number, value: unknown): boolean {
    const pending = this.#take(id);
    if (pending === undefined) return false;
    const { request } = pending;
    pending.settle(request.read === undefined ? value : readLater(request, value));
    return true;
  }

  reject(id: number, error: unknown): boolean {
    return this.fail(id, () => error);
  }

  fail(id: number, errorOf: (name: string) => unknown): boolean {
    const pending = this.#take(id);
    pending?.settle(failLater(errorOf, pending.request.name));
    return pending !== undefined;
  }

  rejectAll(error: unknown): void {
    this.#ended ??= { error };
    for (const [id] of this.#pending.entries()) this.reject(id, this.#ended.error);
    this.#deadlines.rest();
  }

  /** Nobody waits any longer; the other side is told. */
  giveUp({ id, request }: Pending, why: (request: CallRequest) => GreenroomError): void {
    if (this.fail(id, () => why(request))) tellOtherSide(request, id);
  }

  #refuse(request: CallRequest): { readonly error: unknown } | undefined {
    const { timeout, signal } = request;
    if (!(timeout >= 0)) return { error: wrongTimeout(request) };
    if (signal != null && !isSignal(signal)) return { error: wrongSignal(request) };
    if (this.#ended !== undefined) return this.#ended;
    if (this.size >= this.#highestId) return { error: tooMany(request, this.size) };
    return signal?.aborted ? { error: cancelled(request) } : undefined;
  }

  #take(id: number): Pending | undefined {
    const pending = this.#pending.take(id);
    pending?.end(this.#deadlines);
    return pending;
  }

  #nextId(): number {
    do this.#lastId = this.#lastId >= this.#highestId ? 1 : this.#lastId + 1;
    while (this.#pending.has(this.#lastId));
    return this.#lastId;
  }
}

class Pending implements DeadlineOwner {
  readonly id: number;
  readonly request: CallRequest;
  readonly settle: Settle;
  readonly #calls: CallTable;
  #deadline: Deadline | undefined;
  #onAbort: (() => void) | undefined;

  constructor(calls: CallTable, id: number, request: CallRequest, settle: Settle) {
    this.#calls = calls;
    this.id = id;
    this.request = request;
    this.settle = settle;
  }

  start(deadlines: Deadlines): void {
    const { timeout, signal } = this.request;
    if (timeout > 0 && timeout < Infinity) this.#deadline = deadlines.add(timeout, this);
    if (signal == null) return;
    this.#onAbort = () => this.#calls.giveUp(this, cancelled);
    listen(signal, this.#onAbort);
  }

  end(deadlines: Deadlines): void {
    if (this.#deadline !== undefined) deadlines.remove(this.#deadline);
    if (this.#onAbort !== undefined) this.request.signal?.removeEventListener('abort', this.#onAbort);
  }

  onTime(): void {
    this.#deadline = undefined;
    this.#calls.giveUp(this, timedOut);
  }
}

const moment = Promise.resolve();

// V8 adds the functions that await a promise to the stack of an error that is made while it settles: after a moment, when the caller's promise follows this one.
async function failLater(errorOf: (name: string) => unknown, name: string): Promise<never> {
  await moment;
  await moment;
  throw errorOf(name);
}

async function readLater(request: CallRequest, answer: unknown): Promise<unknown> {
  await moment;
  await moment;
  return request.read?.(answer);
}

function tellOtherSide(request: CallRequest, id: number): void {
  try {
    request.cancel(id);
  } catch {
    // The call is settled: a channel that is closed or full has nothing to add.
  }
}
