import { expect, it } from 'vitest';
import { createVariables } from '../../src/companion-entry/variables.ts';

it('A variable that is defined has a value until it is defined no more, and is never without one', () => {
  const told: object[] = [];
  const variables = createVariables(
    (_name, payload) => told.push(payload),
    () => undefined,
    () => false,
  );
  variables.define({ a: { name: 'A' }, b: { name: 'B' } });
  expect(variables.get('a')).toBe('');
  variables.set({ a: 1, b: 2 });
  variables.set({ a: undefined });
  expect(variables.get('a')).toBe('');
  expect(told.at(-1)).toEqual({ newValues: [{ id: 'a', value: '' }] });
  variables.define({ b: { name: 'B' } });
  expect([variables.get('a'), variables.get('b')]).toEqual([undefined, 2]);
});

it('A variable that is not defined is set and deleted where the module switches validation off', () => {
  const variables = createVariables(
    () => undefined,
    () => undefined,
    () => true,
  );
  variables.set({ a: 1 });
  expect(variables.get('a')).toBe(1);
  variables.set({ a: undefined });
  expect(variables.get('a')).toBeUndefined();
});
