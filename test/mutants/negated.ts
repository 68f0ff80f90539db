import type { Implementation } from './written.ts';

type Guard = (args: never, params: unknown) => boolean;

interface Negated {
  readonly not: unknown;
}

/** A guard by its own name that holds whenever it didn't; known to the guards of `ableToNegate`. */
export function negated(guard: Implementation): Implementation {
  const { type, params } = typeof guard === 'string' ? { type: guard, params: undefined } : guard;
  const given = (args: object): unknown =>
    typeof params === 'function' ? (params as (args: object) => unknown)(args) : params;
  return { type, params: (args: object): Negated => ({ not: given(args) }) };
}

/** The same guards, which do the opposite where they are asked to. */
export function ableToNegate(guards: Readonly<Record<string, unknown>>): Record<string, Guard> {
  return Object.fromEntries(
    Object.entries(guards).map(([name, guard]) => [
      name,
      (args, params) =>
        isNegated(params) ? !(guard as Guard)(args, params.not) : (guard as Guard)(args, params),
    ]),
  );
}

function isNegated(params: unknown): params is Negated {
  return typeof params === 'object' && params !== null && 'not' in params;
}
