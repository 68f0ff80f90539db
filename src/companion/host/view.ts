import { systemClock, type Clock } from '../../clock.ts';
import type { LogLine } from '../definitions/log-line.ts';
import { harmless } from './harmless.ts';
import { hear, type Heard } from './hear.ts';
import { createPace } from './pace.ts';
import { type Facts, mostValueBytes, mostValues, nothing, type Said, Values } from './said.ts';

/** What a view tells. */
export interface ViewEvents extends Facts {
  /** Those that changed since the last time, each with its newest value; undefined is gone. */
  readonly values: ReadonlyMap<string, unknown>;
  /** As `values`. */
  readonly feedbackValues: ReadonlyMap<string, unknown>;
  /** At once, each. */
  readonly log: LogLine;
}

/** What one connection's module says, in one shape for all versions of the module API, as it is now. */
export interface CompanionView extends Said, Disposable {
  /** Calls the listener with each change of one kind; returns what ends that. */
  on<N extends keyof ViewEvents>(name: N, listener: (event: ViewEvents[N]) => void): () => void;
}

export interface ViewOptions {
  /** Milliseconds between two events of a view at least; of what changes meanwhile the newest is told. Default 25. */
  readonly interval?: number | undefined;
  /** Default: the system's time. */
  readonly clock?: Clock | undefined;
}

type Listener = (event: never) => void;

/** A view that is told what its module says. */
export class View implements CompanionView {
  /** What else ends with it. */
  onDispose: () => void = () => undefined;
  readonly #listeners = new Map<keyof ViewEvents, Set<Listener>>();
  readonly #values = new Values();
  readonly #feedbackValues = new Values();
  readonly #pace;
  readonly #changed = new Set<keyof Facts>();
  #facts: Facts = nothing;
  /** The definitions that the present process has told. */
  readonly #told = new Set<keyof Facts>();

  constructor({ interval = 25, clock = systemClock }: ViewOptions) {
    this.#pace = createPace(interval, clock, () => this.#tellAll());
  }

  get initialised() {
    return this.#facts.initialised;
  }
  get status() {
    return this.#facts.status;
  }
  get actions() {
    return this.#facts.actions;
  }
  get feedbacks() {
    return this.#facts.feedbacks;
  }
  get presets() {
    return this.#facts.presets;
  }
  get variables() {
    return this.#facts.variables;
  }
  get values() {
    return this.#values.all;
  }
  get feedbackValues() {
    return this.#feedbackValues.all;
  }

  on<N extends keyof ViewEvents>(name: N, listener: (event: ViewEvents[N]) => void): () => void {
    const listeners = this.#listeners.get(name) ?? new Set();
    this.#listeners.set(name, listeners.add(listener));
    return () => void listeners.delete(listener);
  }

  /** A notification of the module. */
  hear(message: { readonly name: string; readonly payload: unknown }): void {
    const heard = hear(message);
    if (heard === null) return;
    if (heard.log) this.#tell('log', heard.log);
    if (heard.facts) this.#learn(heard.facts);
    this.#take(heard);
    this.#pace.ask();
  }

  /** These feedbacks are placed no more: they have no values. */
  forgetFeedbacks(ids: readonly string[]): void {
    for (const id of ids) this.#feedbackValues.set(id, undefined);
    this.#pace.ask();
  }

  /** The process is gone. */
  end(): void {
    this.#learn({ initialised: null, status: null });
    this.#told.clear();
    this.#values.clear();
    this.#feedbackValues.clear();
    this.#pace.ask();
  }

  [Symbol.dispose](): void {
    this.onDispose();
    this.#pace.stop();
    this.#listeners.clear();
  }

  #take({ values, feedbackValues }: Heard): void {
    let refused = 0;
    for (const [id, value] of values ?? []) if (!this.#values.set(id, value)) refused++;
    for (const [id, value] of feedbackValues ?? []) if (!this.#feedbackValues.set(id, value)) refused++;
    if (refused === 0) return;
    const most = `${mostValues} values, and ${mostValueBytes / 1_048_576} MiB of them, are kept at most`;
    const message = `${refused} values were dropped: of one module ${most}.`;
    this.#tell('log', { level: 'warn', message, source: 'greenroom' });
  }

  #learn(facts: Partial<Facts>): void {
    const before = this.#facts;
    const isReady = facts.initialised !== undefined && facts.initialised !== null;
    const missing = isReady ? this.#untold() : {};
    this.#facts = { ...before, ...missing, ...facts };
    for (const name of Object.keys({ ...missing, ...facts }) as (keyof Facts)[]) {
      this.#told.add(name);
      this.#changed.add(name);
    }
    if (facts.variables) this.#adjustValues(before.variables);
  }

  /** Of the process before, what this one has not defined until it was initialised. */
  #untold(): Partial<Facts> {
    const { initialised: _, status: __, ...definitions } = nothing;
    const untold = Object.entries(definitions).filter(([name]) => !this.#told.has(name as keyof Facts));
    return Object.fromEntries(untold);
  }

  /** A variable that is not defined any more has no value, and one that is has an empty one until it is set: bases from 1.7 on say so. */
  #adjustValues(before: Facts['variables']): void {
    const { variables } = this.#facts;
    for (const id of before.keys()) if (!variables.has(id)) this.#values.set(id, undefined);
    for (const id of variables.keys()) if (!this.#values.all.has(id)) this.#values.set(id, '');
  }

  #tellAll(): void {
    const changed = [...this.#changed];
    this.#changed.clear();
    for (const name of changed) this.#tell(name, this.#facts[name]);
    const [values, feedbackValues] = [this.#values.take(), this.#feedbackValues.take()];
    if (values.size > 0) this.#tell('values', values);
    if (feedbackValues.size > 0) this.#tell('feedbackValues', feedbackValues);
  }

  #tell<N extends keyof ViewEvents>(name: N, event: ViewEvents[N]): void {
    for (const listener of this.#listeners.get(name) ?? [])
      harmless(() => (listener as (event: ViewEvents[N]) => void)(event));
  }
}
