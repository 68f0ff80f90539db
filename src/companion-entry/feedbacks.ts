import { isDeepStrictEqual } from 'node:util';
import type { FeedbackInstance, OptionValues } from '../companion/payloads.ts';
import { defined, tellableFeedbacks } from './definitions.ts';
import { createGathering, type Gathering } from './gathering.ts';
import { learn } from './learn.ts';
import type { SdkDefinitions, SdkFeedback } from './sdk.ts';
import type { Tell } from './telling.ts';

/** The feedbacks a module defined, and those of the app that are on controls, with their values. */
export class Feedbacks {
  readonly #log: (message: string) => void;
  readonly #tell: Tell;
  readonly #values: Gathering<object>;
  readonly #placed = new Map<string, Placed>();
  #definitions: ReadonlyMap<string, SdkFeedback> = new Map();

  constructor(tell: Tell, log: (message: string) => void) {
    this.#tell = tell;
    this.#log = log;
    this.#values = createGathering((values) => tell('updateFeedbackValues', { values }));
  }

  define(given: SdkDefinitions<SdkFeedback>): void {
    this.#definitions = defined(given);
    this.#tell('setFeedbackDefinitions', tellableFeedbacks(this.#definitions));
  }

  update(changes: Readonly<Record<string, FeedbackInstance | null>>): void {
    for (const [id, feedback] of Object.entries(changes)) {
      const before = this.#placed.get(id);
      const gone = feedback === null || feedback.disabled;
      if (before && (gone || feedback.feedbackId !== before.feedback.feedbackId)) this.#leave(before);
      if (gone) this.#forget(id);
      else this.#place(feedback, before);
    }
  }

  /** Those with one of these definitions; none named means all. */
  check(feedbackIds: readonly string[]): void {
    for (const placed of this.#those(feedbackIds)) void this.#run(placed);
  }

  checkById(ids: readonly string[]): void {
    for (const id of ids) {
      const placed = this.#placed.get(id);
      if (placed) void this.#run(placed);
    }
  }

  unsubscribe(feedbackIds: readonly string[]): void {
    for (const placed of this.#those(feedbackIds)) this.#leave(placed);
  }

  learn(feedback: FeedbackInstance): Promise<unknown> {
    const definition = this.#definitions.get(feedback.feedbackId);
    return learn(definition, eventOf(definition, { feedback, previousOptions: null }), context);
  }

  #forget(id: string): void {
    this.#placed.delete(id);
    this.#values.drop(id);
  }

  #place(feedback: FeedbackInstance, before: Placed | undefined): void {
    const isSame = before?.feedback.feedbackId === feedback.feedbackId;
    const placed: Placed = { feedback, previousOptions: isSame ? before.previousOptions : null };
    this.#placed.set(feedback.id, placed);
    void this.#run(placed);
  }

  /** However often it is asked for while it runs, it runs once more afterwards. */
  async #run(placed: Placed): Promise<void> {
    placed.isAskedFor = true;
    if (placed.isRunning) return;
    placed.isRunning = true;
    while (placed.isAskedFor && this.#isPlaced(placed)) {
      placed.isAskedFor = false;
      await this.#evaluate(placed);
    }
    placed.isRunning = false;
  }

  async #evaluate(placed: Placed): Promise<void> {
    const { feedback } = placed;
    const definition = this.#definitions.get(feedback.feedbackId);
    const event = eventOf(definition, placed);
    placed.previousOptions = feedback.options;
    try {
      const value = await definition?.callback(event, context);
      if (!this.#isPlaced(placed) || (placed.told && isDeepStrictEqual(placed.told.value, value))) return;
      placed.told = { value };
      this.#values.add(feedback.id, { id: feedback.id, controlId: feedback.controlId, value });
    } catch (error) {
      this.#log(`The callback of feedback ${feedback.feedbackId} (${feedback.id}) threw: ${String(error)}`);
    }
  }

  #leave(placed: Placed): void {
    const { feedback } = placed;
    const definition = this.#definitions.get(feedback.feedbackId);
    const work = async (): Promise<unknown> =>
      definition?.unsubscribe?.(eventOf(definition, placed), context);
    work().catch((error: unknown) =>
      this.#log(`unsubscribe of feedback ${feedback.feedbackId} (${feedback.id}) threw: ${String(error)}`),
    );
  }

  #those(feedbackIds: readonly string[]): Placed[] {
    const all = [...this.#placed.values()];
    return feedbackIds.length === 0
      ? all
      : all.filter(({ feedback }) => feedbackIds.includes(feedback.feedbackId));
  }

  #isPlaced(placed: Placed): boolean {
    return this.#placed.get(placed.feedback.id) === placed;
  }
}

const context = { type: 'feedback' };

interface Placed {
  readonly feedback: FeedbackInstance;
  previousOptions: OptionValues | null;
  /** The value the app knows. */
  told?: { readonly value: unknown };
  /** Asked for since its callback was last called. */
  isAskedFor?: boolean;
  isRunning?: boolean;
}

function eventOf(
  definition: SdkFeedback | undefined,
  { feedback, previousOptions }: Pick<Placed, 'feedback' | 'previousOptions'>,
): object {
  const { id, controlId, feedbackId, options, image } = feedback;
  return {
    type: definition?.type,
    id,
    controlId,
    feedbackId,
    options,
    previousOptions,
    ...(definition?.type === 'advanced' && { image }),
  };
}
