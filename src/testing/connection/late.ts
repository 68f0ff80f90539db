import { dated, now, type ConnectionMove, type Deed } from './move.ts';

/** The same news of an incarnation that is over: of the last one if there is no process, else of the one before. */
export function late({ name, says, news }: Deed): ConnectionMove[] {
  const moves: readonly [suffix: string, age: number][] = [
    ['', 0],
    [', of a former process', 1],
  ];
  return moves.map(([suffix, age]) => ({
    name: `late: ${name}${suffix}`,
    tags: ['stale'],
    when: ({ snapshot: { context }, world }) =>
      context.incarnation > age && (world.process === null) === (age === 0),
    event: ({ context }) => dated({ ...news, incarnation: context.incarnation - age }, now(context)),
    say: ({ context }) => `late news: process ${context.incarnation - age} ${says}`,
  }));
}
