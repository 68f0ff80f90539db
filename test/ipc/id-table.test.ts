import { array, assert, boolean, constantFrom, integer, oneof, property, tuple } from 'fast-check';
import { expect, test } from 'vitest';
import { IdTable } from '../../src/ipc/id-table.ts';

const id = oneof(integer({ min: 1, max: 40 }), constantFrom(2 ** 20, 2 ** 21, 2 ** 53 - 1, 2 ** 30));

test('it holds what a Map holds, whatever is added and taken away', () => {
  assert(
    property(array(tuple(id, boolean()), { maxLength: 200 }), (steps) => {
      const [table, map] = [new IdTable<number>(), new Map<number, number>()];
      for (const [at, [key, adds]] of steps.entries()) {
        if (!adds) {
          expect(table.take(key)).toBe(map.get(key));
          map.delete(key);
        }
        if (adds && !map.has(key)) {
          table.add(key, at);
          map.set(key, at);
        }
        expect([table.size, table.has(key), table.get(key)]).toEqual([map.size, map.has(key), map.get(key)]);
      }
      expect(table.entries()).toEqual([...map].toSorted(([a], [b]) => a - b));
      table.clear();
      expect([table.size, table.entries()]).toEqual([0, []]);
    }),
  );
});
