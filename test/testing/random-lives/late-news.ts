import type { Connection } from '../../../src/index.ts';
import type { IncarnationNews } from '../../../src/process/conversation.ts';

export interface LateNews {
  readonly news: IncarnationNews;
  /** How many incarnations ago. */
  readonly back: number;
  readonly at: number;
  /** Whatever else must not change. */
  readonly witness: () => readonly number[];
}

/** Tells a connection news of an incarnation that is over, if there was one; throws when that changes anything but the count of what was stale. */
export function tellLate(connection: Connection, { news, back, at, witness }: LateNews): void {
  const before = connection.status;
  const incarnation = before.incarnation - back;
  if (incarnation < 1 || before.state === 'removed') return;
  const seen = witness();
  connection.actor.send({ ...news, incarnation, at });
  const expected = { ...before, discarded: { ...before.discarded, stale: before.discarded.stale + 1 } };
  if (!same(connection.status, expected) || !same(seen, witness()))
    throw new Error(`3. Stale news changed something: ${news.type} of incarnation ${incarnation}`);
}

function same(one: unknown, other: unknown): boolean {
  return JSON.stringify(one) === JSON.stringify(other);
}
