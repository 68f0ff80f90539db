import { dice } from '../testing/dice.ts';

/** So many of a list, drawn by a seed; in the order of the list. */
export function sampled<T>(list: readonly T[], count: number, seed: number): readonly T[] {
  if (list.length <= count) return list;
  const random = dice(seed);
  const drawn = new Set<number>();
  while (drawn.size < count) drawn.add(Math.floor(random() * list.length));
  return list.filter((_, index) => drawn.has(index));
}
