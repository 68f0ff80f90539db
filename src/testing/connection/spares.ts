import { dated, now, type ConnectionInvariant, type ConnectionMove } from './move.ts';

/** A process that is nobody's waits for this connection, or does no more. */
export const spares: readonly ConnectionMove[] = [
  spare('a spare waits', 1, (pid) => pid === null),
  spare('the spare is gone', null, (pid) => pid !== null),
];

/** Who takes a spare has no other process to start. */
export const takeovers: ConnectionInvariant = {
  name: 'A spare is taken only while it waits, and by nobody who holds a start slot.',
  inStep({ effects, before, after }) {
    const taken = effects.some(
      (effect) => effect.type === 'started' && effect.child === 'process' && isSpare(effect.input),
    );
    if (!taken) return undefined;
    if (before.snapshot.context.spare === null) return 'none waits';
    return after.world.slot === 'none' ? undefined : `its slot is ${after.world.slot}`;
  },
};

function isSpare(input: unknown): boolean {
  return ((input as { spare?: number | null }).spare ?? null) !== null;
}

function spare(name: string, pid: number | null, when: (pid: number | null) => boolean): ConnectionMove {
  return {
    name,
    when: ({ snapshot }) => when(snapshot.context.spare),
    event: ({ context }) => dated({ type: 'spare.changed', pid }, now(context)),
  };
}
