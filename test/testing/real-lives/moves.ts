import * as fc from 'fast-check';
import type { IncarnationNews } from '../../../src/process/conversation.ts';
import { anyOrder, type GivenOrder } from '../../../src/testing/arbitraries.ts';
import { lateNews } from '../random-lives/moves.ts';
import { names, type RealStage } from './stage.ts';

/** One thing that happens to a stage with real processes. */
export type RealMove =
  | { readonly move: 'wait'; readonly by: number }
  /** Something may come of its start. */
  | { readonly move: 'await'; readonly whom: number }
  | { readonly move: 'order'; readonly whom: number; readonly order: GivenOrder }
  | { readonly move: 'call'; readonly whom: number }
  /** Somebody else signals the process. */
  | { readonly move: 'signal'; readonly whom: number; readonly signal: NodeJS.Signals }
  /** News of an incarnation that is over arrives. */
  | { readonly move: 'late'; readonly whom: number; readonly news: IncarnationNews; readonly back: number };

class PlayedMove implements fc.AsyncCommand<object, RealStage> {
  readonly move: RealMove;

  constructor(move: RealMove) {
    this.move = move;
  }

  check(): boolean {
    return true;
  }

  run(_: object, stage: RealStage): Promise<void> {
    return stage.play(this.move);
  }

  toString(): string {
    return JSON.stringify(this.move);
  }
}

/** Moments in which a process does one thing or another, in milliseconds; the deadlines of the stage lie between them. */
export function anyMoment(): fc.Arbitrary<number> {
  return fc.constantFrom(0, 1, 10, 30, 80, 200);
}

/** Up to so many moves, of all kinds. */
export function anyRealMoves(most: number) {
  const whom = fc.nat(names.length - 1);
  const signal = fc.constantFrom<NodeJS.Signals>('SIGKILL', 'SIGTERM', 'SIGSTOP', 'SIGCONT');
  const moves: fc.Arbitrary<RealMove>[] = [
    fc.record({ move: fc.constant('wait' as const), by: anyMoment() }),
    fc.record({ move: fc.constant('await' as const), whom }),
    fc.record({ move: fc.constant('order' as const), whom, order: anyOrder({ remove: true }) }),
    fc.record({ move: fc.constant('call' as const), whom }),
    fc.record({ move: fc.constant('signal' as const), whom, signal }),
    fc.record({
      move: fc.constant('late' as const),
      whom,
      news: fc.constantFrom(...lateNews),
      back: fc.integer({ min: 1, max: 3 }),
    }),
  ];
  const commands = moves.map((arbitrary) => arbitrary.map((move) => new PlayedMove(move)));
  return fc.commands(commands, { maxCommands: most });
}
