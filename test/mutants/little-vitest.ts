export { expect } from 'vitest';

/** One test, as a test file names it. */
export interface Test {
  readonly name: string;
  readonly run: () => unknown;
}

type Body = (...args: never[]) => unknown;
type It = (name: string, ...rest: readonly unknown[]) => void;

let collected: Test[] = [];
let above: readonly string[] = [];

/** The tests that were declared since this was last asked. */
export function takeTests(): readonly Test[] {
  const taken = collected;
  collected = [];
  return taken;
}

/** Declares tests under a name, as vitest does. */
export function describe(name: string, body: () => void): void {
  const before = above;
  above = [...above, name];
  body();
  above = before;
}

/** Declares a test. It is only kept: who loads the file runs it, as often as there are mutants. */
export const it = Object.assign(declare, {
  each:
    (rows: readonly unknown[]): It =>
    (name, ...rest) => {
      for (const [index, row] of rows.entries()) {
        const body = bodyOf(rest);
        declare(`${name} #${index + 1}`, () => body(...((Array.isArray(row) ? row : [row]) as never[])));
      }
    },
  runIf: (condition: unknown): It => (condition ? declare : () => {}),
});

export { it as test };

function declare(name: string, ...rest: readonly unknown[]): void {
  collected.push({ name: [...above, name].join(' > '), run: bodyOf(rest) });
}

function bodyOf(rest: readonly unknown[]): Body {
  return rest.find((each) => typeof each === 'function') as Body;
}
