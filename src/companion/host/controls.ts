import { companion } from '../client.ts';
import type { CallOptions } from '../../process/protocol.ts';
import { fieldsOf } from '../fields.ts';
import type { ActionInstance, FeedbackInstance } from '../payloads.ts';
import { apiLevel, since } from '../version.ts';
import { createPace, type Pace } from './pace.ts';
import { fillOptions, type VariableLookup } from './text-variables.ts';
import { systemClock } from '../../clock.ts';
import type { CompanionView } from './view.ts';
import { type Changes, current, keep, older, upgraded } from './placed-items.ts';
import { type CompanionConnection, isCallable } from './watchable.ts';

/** What the app has put on its controls, by its ids; null takes one away. */
export interface Placed {
  readonly actions?: Readonly<Record<string, ActionInstance | null>> | undefined;
  readonly feedbacks?: Readonly<Record<string, FeedbackInstance | null>> | undefined;
}

export interface ControlsOptions {
  readonly connection: () => CompanionConnection;
  readonly view: CompanionView;
  readonly valueOf: VariableLookup;
  /** The module brought these to its newest upgrade index: keep them. */
  readonly onUpgraded: (items: Placed) => void;
  /** These feedbacks are placed no more, whatever the module may still say of them. */
  readonly onGone: (feedbacks: readonly string[]) => void;
  readonly onProblem: (error: unknown) => void;
}

/**
 * The actions and feedbacks of one connection that are on controls. Each process of its module is told them anew, upgraded by whichever way its API has; from 1.13 on with variables
 * filled in, and again when one of these variables changes.
 */
export class Controls {
  readonly #options: ControlsOptions;
  readonly #actions = new Map<string, ActionInstance>();
  readonly #feedbacks = new Map<string, FeedbackInstance>();
  /** The variables in the options of each feedback, as they were last sent. */
  readonly #named = new Map<string, readonly string[]>();
  readonly #stale = new Set<string>();
  readonly #pace: Pace;
  #last: Promise<void> = Promise.resolve();

  constructor(options: ControlsOptions) {
    this.#options = options;
    this.#pace = createPace(25, systemClock, () => this.#refresh());
  }

  get actions(): ReadonlyMap<string, ActionInstance> {
    return this.#actions;
  }

  get feedbacks(): ReadonlyMap<string, FeedbackInstance> {
    return this.#feedbacks;
  }

  /** Keeps these, and tells the module if it is ready; else it is told when it is. */
  place({ actions = {}, feedbacks = {} }: Placed): void {
    keep(this.#actions, actions);
    keep(this.#feedbacks, feedbacks);
    this.#forgetGone(feedbacks);
    if (this.#isReady) this.#queue(() => this.#bring(actions, feedbacks));
  }

  /** Runs an action as it is on a control, whether it is placed or not. Rejects as `executeAction`. */
  async execute(action: ActionInstance, surfaceId?: string, options?: CallOptions): Promise<void> {
    await companion(this.#options.connection()).executeAction(this.#filled(action), surfaceId, options);
  }

  /** A process of the module is ready, and knows of nothing yet. */
  begin(): void {
    this.#queue(() => this.#bring(Object.fromEntries(this.#actions), Object.fromEntries(this.#feedbacks)));
  }

  /** Answers `upgradedItems`, by which modules before 1.13 tell what their upgrade scripts changed. */
  takeUpgraded(payload: unknown): object {
    const fields = fieldsOf(payload);
    this.#take(
      Object.values(Object.fromEntries(fieldsOf(fields.get('updatedActions')))),
      Object.values(Object.fromEntries(fieldsOf(fields.get('updatedFeedbacks')))),
    );
    return {};
  }

  /** These variables, as `label:id`, have new values. */
  variablesChanged(ids: readonly string[]): void {
    const changed = new Set(ids);
    for (const [id, named] of this.#named) if (named.some((name) => changed.has(name))) this.#stale.add(id);
    if (this.#stale.size > 0) this.#pace.ask();
  }

  end(): void {
    this.#pace.stop();
  }

  get #isReady(): boolean {
    return isCallable(this.#options.connection().status.state);
  }

  /** From here on modules leave variables and upgrades to the host. */
  get #isSeparate(): boolean {
    return (apiLevel(this.#options.view.initialised?.apiVersion) ?? 0) >= since.hostFills;
  }

  /** One after the other, so that an older state never comes last. */
  #queue(work: () => Promise<void>): void {
    this.#last = this.#last.then(work).catch((error: unknown) => {
      // A process that is gone will be followed by one that is told everything.
      if (this.#isReady) this.#options.onProblem(error);
    });
  }

  async #bring(actions: Changes<ActionInstance>, feedbacks: Changes<FeedbackInstance>): Promise<void> {
    const client = companion(this.#options.connection());
    if (this.#isSeparate) await this.#upgrade(actions, feedbacks);
    // What is placed now, which may be newer than what was asked for.
    const placed = current(actions, this.#actions, (action) => this.#filled(action));
    if (Object.keys(placed).length > 0) await client.updateActions(placed);
    const shown = current(feedbacks, this.#feedbacks, (feedback) => this.#filledFeedback(feedback));
    if (Object.keys(shown).length > 0) await client.updateFeedbacks(shown);
    // Until it heard of it, the module may have told further values.
    this.#forgetGone(feedbacks);
  }

  #forgetGone(feedbacks: Changes<FeedbackInstance>): void {
    const gone = Object.keys(feedbacks).filter((id) => !this.#feedbacks.has(id));
    for (const id of gone) this.#named.delete(id);
    if (gone.length > 0) this.#options.onGone(gone);
  }

  async #upgrade(actions: Changes<ActionInstance>, feedbacks: Changes<FeedbackInstance>): Promise<void> {
    const newest = this.#options.view.initialised?.latestUpgradeIndex ?? -1;
    const request = {
      actions: older(actions, newest),
      feedbacks: older(feedbacks, newest),
      defaultUpgradeIndex: null,
    };
    if (request.actions.length + request.feedbacks.length === 0) return;
    const client = companion(this.#options.connection());
    const { updatedActions, updatedFeedbacks } = await client.upgradeActionsAndFeedbacks(request);
    this.#take(updatedActions, updatedFeedbacks);
  }

  /** Those that came back count from now on; in the old flow they carry their old index, whatever was done to them. */
  #take(actions: readonly unknown[], feedbacks: readonly unknown[]): void {
    const upgradeIndex = this.#options.view.initialised?.latestUpgradeIndex ?? null;
    const taken = {
      actions: upgraded(this.#actions, actions, upgradeIndex),
      feedbacks: upgraded(this.#feedbacks, feedbacks, upgradeIndex),
    };
    keep(this.#actions, taken.actions);
    keep(this.#feedbacks, taken.feedbacks);
    if (Object.keys(taken.actions).length + Object.keys(taken.feedbacks).length > 0)
      this.#options.onUpgraded(taken);
  }

  #filled(action: ActionInstance): ActionInstance {
    const fields = this.#options.view.actions.get(action.actionId)?.fields ?? [];
    if (!this.#isSeparate) return action;
    return { ...action, options: fillOptions(action.options, fields, this.#options.valueOf).options };
  }

  #filledFeedback(feedback: FeedbackInstance): FeedbackInstance {
    const fields = this.#options.view.feedbacks.get(feedback.feedbackId)?.fields ?? [];
    if (!this.#isSeparate) return feedback;
    const { options, variableIds } = fillOptions(feedback.options, fields, this.#options.valueOf);
    this.#named.set(feedback.id, variableIds);
    return { ...feedback, options };
  }

  #refresh(): void {
    const ids = [...this.#stale].filter((id) => this.#feedbacks.has(id));
    this.#stale.clear();
    const feedbacks = Object.fromEntries(ids.map((id) => [id, this.#feedbacks.get(id) ?? null]));
    if (this.#isReady) this.#queue(() => this.#bring({}, feedbacks));
  }
}
