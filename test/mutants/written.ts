import type { Path } from './edits.ts';

/** A transition as it is written. */
export interface WrittenCandidate {
  readonly target?: string | readonly string[];
  readonly guard?: Implementation;
  readonly actions?: Implementation | readonly Implementation[];
  readonly reenter?: boolean;
}

/** An action or a guard by its name, with or without parameters. */
export type Implementation = string | { readonly type: string; readonly params?: unknown };

type Written = string | WrittenCandidate | readonly (string | WrittenCandidate)[];

interface WrittenInvoke {
  readonly id: string;
  readonly onError?: Written;
  readonly onDone?: Written;
}

/** A state as it is written. */
export interface WrittenState {
  readonly states?: Readonly<Record<string, WrittenState>>;
  readonly on?: Readonly<Record<string, Written>>;
  readonly after?: Readonly<Record<string, Written>>;
  readonly always?: Written;
  readonly onDone?: Written;
  readonly invoke?: WrittenInvoke | readonly WrittenInvoke[];
  readonly entry?: Implementation | readonly Implementation[];
  readonly exit?: Implementation | readonly Implementation[];
  readonly initial?: string;
  readonly tags?: readonly string[];
  readonly type?: string;
}

/** What an event leads to in a state, and where that is written. */
export interface Outcomes {
  readonly event: string;
  readonly path: Path;
  readonly candidates: readonly WrittenCandidate[];
}

/** Every outcome that is written in a state: of its events, its timers and the ends of its actors. */
export function outcomesOf(state: WrittenState, path: Path): Outcomes[] {
  const found = (event: string, written: Written, ...way: (string | number)[]): Outcomes => ({
    event,
    path: [...path, ...way],
    candidates: listed(written).map((one) => (typeof one === 'string' ? { target: one } : one)),
  });
  const own = (['on', 'after'] as const).flatMap((key) =>
    Object.entries(state[key] ?? {}).map(([event, written]) => found(event, written, key, event)),
  );
  const single = (['always', 'onDone'] as const).flatMap((key) => {
    const written = state[key];
    return written === undefined ? [] : [found(key, written, key)];
  });
  const ends = listed(state.invoke ?? []).flatMap((invoke, index) =>
    (['onError', 'onDone'] as const).flatMap((key) => {
      const written = invoke[key];
      const way = Array.isArray(state.invoke) ? ['invoke', index, key] : ['invoke', key];
      return written === undefined ? [] : [found(`${key} of ${invoke.id}`, written, ...way)];
    }),
  );
  return [...own, ...single, ...ends];
}

/** One thing or several, as a list. */
export function listed<T>(written: T | readonly T[]): readonly T[] {
  return Array.isArray(written) ? (written as readonly T[]) : [written as T];
}

/** The name of an action or a guard; of an order to the process, which one. */
export function nameOf(implementation: Implementation): string {
  if (typeof implementation === 'string') return implementation;
  const { type, params } = implementation;
  const order = typeof params === 'object' && params !== null && 'order' in params ? params.order : null;
  return order === null ? type : `${type} ${(order as { type: string }).type}`;
}
