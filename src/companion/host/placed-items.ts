import { isDeepStrictEqual } from 'node:util';
import type { ActionInstance, FeedbackInstance } from '../payloads.ts';
import { fieldsOf } from '../fields.ts';

/** Something that is on a control. */
export type Item = ActionInstance | FeedbackInstance;

/** By id; null takes one away. */
export type Changes<I> = Readonly<Record<string, I | null>>;

/** Keeps what is placed, and forgets what is taken away. */
export function keep<I>(items: Map<string, I>, changes: Changes<I>): void {
  for (const [id, item] of Object.entries(changes)) {
    if (item === null) items.delete(id);
    else items.set(id, item);
  }
}

/** What a module is to be told about the ids of these changes now. */
export function current<I>(
  changes: Changes<I>,
  kept: ReadonlyMap<string, I>,
  fill: (item: I) => I,
): Record<string, I | null> {
  const entries = Object.keys(changes).map((id) => {
    const item = kept.get(id);
    return [id, item === undefined ? null : fill(item)] as const;
  });
  return Object.fromEntries(entries);
}

/** Those that are on an older upgrade index; null is the newest. */
export function older<I extends Item>(changes: Changes<I>, newest: number): I[] {
  return Object.values(changes).filter(
    (item): item is I => item !== null && item.upgradeIndex !== null && item.upgradeIndex < newest,
  );
}

/** What modules answered, laid over the items that are still placed: those that are otherwise by it. */
export function upgraded<I extends Item>(
  kept: ReadonlyMap<string, I>,
  answered: readonly unknown[],
  upgradeIndex: number | null,
): Record<string, I> {
  const entries = answered.flatMap((answer) => {
    const fields = Object.fromEntries(fieldsOf(answer));
    const item = kept.get(String(fields['id']));
    const next = item && { ...item, ...fields, upgradeIndex };
    return next && !isDeepStrictEqual(item, next) ? [[next.id, next] as const] : [];
  });
  return Object.fromEntries(entries);
}
