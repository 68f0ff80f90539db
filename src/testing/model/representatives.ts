import type { AnyMachineSnapshot } from 'xstate';
import { Interned } from './intern.ts';
import type { Model } from './model.ts';
import type { ActorState, PendingTimer } from './pure-actor.ts';

/** What is kept of an actor: the representative of all states that differ in nothing but what the abstraction forgets. */
export interface Representative {
  readonly snapshot: AnyMachineSnapshot;
  readonly timers: readonly PendingTimer[];
  readonly timerIds: readonly string[];
  readonly timerMoves: readonly number[];
}

interface Initial {
  readonly value: unknown;
  readonly json: string;
}

/** The states an actor can be in, by number, as far as the abstraction tells them apart. */
export class Representatives {
  readonly #model: Model;
  readonly #moveOf: (timer: string) => number;
  readonly #all = new Interned<string, Representative>();
  #initial: ReadonlyMap<string, Initial> | undefined;

  constructor(model: Model, moveOf: (timer: string) => number) {
    this.#model = model;
    this.#moveOf = moveOf;
  }

  at(number: number): Representative {
    return this.#all.at(number);
  }

  /** The number of an actor's state; `from` is where it comes from, and often still is. */
  add({ snapshot: raw, timers: pending }: ActorState, from?: number): number {
    const context = this.#model.abstraction?.(raw) ?? raw.context;
    const timers = pending.toSorted((a, b) => (a.id < b.id ? -1 : 1));
    const timerIds = timers.map(({ id }) => id);
    const known = from === undefined ? undefined : this.#all.at(from);
    if (from !== undefined && known !== undefined && isSame(known, raw, context, timerIds)) return from;
    const children = Object.keys(raw.children).toSorted();
    const key = [raw.value, raw.status, timerIds, children, historyOf(raw)];
    return this.#all.add(JSON.stringify(key) + this.#differences(context), () => ({
      snapshot: Object.assign({}, raw, { context }),
      timers,
      timerIds,
      timerMoves: timerIds.map((id) => this.#moveOf(id)),
    }));
  }

  // What a context has in common with the first one, such as settings, needs no mention in its key.
  #differences(context: Readonly<Record<string, unknown>>): string {
    this.#initial ??= jsonOf(context);
    let differences = '';
    for (const name in context) {
      const value = context[name];
      const initial = this.#initial.get(name);
      if (value === initial?.value) continue;
      const json = JSON.stringify(value);
      if (json !== initial?.json) differences += ` ${name}=${json}`;
    }
    return differences;
  }
}

function jsonOf(context: object): ReadonlyMap<string, Initial> {
  return new Map(
    Object.entries(context).map(([name, value]) => [name, { value, json: JSON.stringify(value) }]),
  );
}

function isSame(
  { snapshot, timerIds }: Representative,
  raw: AnyMachineSnapshot,
  context: Readonly<Record<string, unknown>>,
  ids: readonly string[],
): boolean {
  if (snapshot.status !== raw.status || snapshot.children !== raw.children) return false;
  if (timerIds.length !== ids.length || !timerIds.every((id, index) => id === ids[index])) return false;
  const before = snapshot.context as Readonly<Record<string, unknown>>;
  for (const name in context) if (context[name] !== before[name]) return false;
  return (
    snapshot.historyValue === raw.historyValue && JSON.stringify(snapshot.value) === JSON.stringify(raw.value)
  );
}

function historyOf({ historyValue }: AnyMachineSnapshot): object {
  const entries = Object.entries(historyValue as Record<string, readonly { readonly id: string }[]>);
  return entries.map(([id, nodes]) => [id, nodes.map((node) => node.id)]);
}
