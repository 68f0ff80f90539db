import { GreenroomError } from '../errors.ts';
import { Answering } from './answering.ts';
import { IdTable } from './id-table.ts';
import { defaultMostAnswering, tooManyAtOnce } from './most-answering.ts';
import type { FrameSender } from './peer-call.ts';
import { carry, type Frame, isId, isName, presentable } from './peer-frame.ts';
import type { PeerOptions } from './peer-options.ts';
import { describeError } from './remote-error.ts';
import { type ShortFrame, shortResult } from './short-frames.ts';

/** The calls of the other side that are being answered, each once. */
export class AnsweredCalls {
  readonly #options: PeerOptions;
  readonly #sender: FrameSender;
  readonly #answering = new IdTable<Answering>();
  /** How many calls handlers are at work on, cancelled ones too: whoever only asks and cancels must not get more. */
  #atWork = 0;

  constructor(options: PeerOptions, sender: FrameSender) {
    this.#options = options;
    this.#sender = sender;
  }

  get size(): number {
    return this.#answering.size;
  }

  /** Takes a call, whatever its fields are. */
  take(id: unknown, name: unknown, payload: unknown, meta: unknown): 'handled' | 'malformed' {
    if (!isId(id) || !isName(name) || this.#answering.has(id)) return 'malformed';
    const { mostAnswering = defaultMostAnswering } = this.#options;
    if (this.#atWork >= mostAnswering) {
      const error = describeError(tooManyAtOnce(name, mostAnswering));
      this.send(id, name, { type: 'error', id, error });
      return 'handled';
    }
    this.#atWork += 1;
    const answering = new Answering(meta);
    this.#answering.add(id, answering);
    void this.#answer(id, name, payload, answering);
    return 'handled';
  }

  // A cancel for a call that isn't running is no fault: it crossed the answer on its way.
  cancel(id: unknown): 'handled' | 'malformed' {
    if (!isId(id)) return 'malformed';
    const answering = this.#answering.take(id);
    answering?.abort(new GreenroomError('CALL_CANCELLED', 'The other side cancelled this call.'));
    return 'handled';
  }

  /** Nothing is answered any more. */
  abortAll(error: GreenroomError): void {
    const running = this.#answering.entries();
    this.#answering.clear();
    for (const [, answering] of running) answering.abort(error);
  }

  /** Sends an answer, or the error that sending it came to. */
  send(id: number, name: string, answer: Frame | ShortFrame): void {
    try {
      this.#sender.send(answer);
    } catch (refusal) {
      try {
        this.#sender.send({ type: 'error', id, error: describeError(refusal) });
      } catch (error) {
        if (!isClosed(error)) this.#options.onAnswerLost?.(name, error);
      }
    }
  }

  async #answer(id: number, name: string, payload: unknown, answering: Answering): Promise<void> {
    let answer: Frame | ShortFrame;
    try {
      const value = presentable(name, await this.#options.onCall(name, payload, answering));
      answer = this.#sender.speaksShort
        ? shortResult(id, value)
        : { type: 'result', id, ...carry('value', value) };
    } catch (error) {
      answer = { type: 'error', id, error: describeError(error) };
    }
    this.#atWork -= 1;
    if (this.#answering.get(id) !== answering) return;
    this.#answering.take(id);
    this.send(id, name, answer);
  }
}

function isClosed(error: unknown): boolean {
  return error instanceof GreenroomError && error.code === 'CHANNEL_CLOSED';
}
