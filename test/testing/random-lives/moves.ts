import * as fc from 'fast-check';
import type { Act } from '../../../src/testing/acts.ts';
import { anyAct, anyOrder, anyTime, type GivenOrder } from '../../../src/testing/arbitraries.ts';
import type { IncarnationNews } from '../../../src/process/conversation.ts';
import { ids, type Stage } from './stage.ts';

/** One thing that happens to a stage. */
export type Move =
  | { readonly move: 'turn'; readonly by: number }
  /** One of the timers fires now, out of its turn. */
  | { readonly move: 'fire'; readonly timer: number }
  | { readonly move: 'order'; readonly whom: number; readonly order: GivenOrder }
  | { readonly move: 'act'; readonly whom: number; readonly act: Act }
  | { readonly move: 'call'; readonly whom: number }
  /** News of an incarnation that is over arrives. */
  | { readonly move: 'late'; readonly whom: number; readonly news: IncarnationNews; readonly back: number };

/** A move as a command of fast-check. */
class PlayedMove implements fc.AsyncCommand<object, Stage> {
  readonly move: Move;

  constructor(move: Move) {
    this.move = move;
  }

  check(): boolean {
    return true;
  }

  run(_: object, stage: Stage): Promise<void> {
    return stage.play(this.move);
  }

  toString(): string {
    return JSON.stringify(this.move);
  }
}

/** Up to so many moves, of all kinds. */
export function anyMoves(most: number) {
  const whom = fc.nat(ids.length - 1);
  const moves: fc.Arbitrary<Move>[] = [
    fc.record({ move: fc.constant('turn' as const), by: anyTime() }),
    fc.record({ move: fc.constant('order' as const), whom, order: anyOrder({ remove: true }) }),
    fc.record({ move: fc.constant('act' as const), whom, act: anyAct() }),
    fc.record({ move: fc.constant('fire' as const), timer: fc.nat(7) }),
    fc.record({ move: fc.constant('call' as const), whom }),
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

const message = { kind: 'notification', name: 'dimmed', early: false, frame: {} } as const;

/** One of each kind. */
export const lateNews: readonly IncarnationNews[] = [
  { type: 'process.spawned', pid: 1 },
  { type: 'process.spawnFailed', message: 'no', errno: null, chance: 0.5 },
  { type: 'process.exited', code: 1, signal: null, lastWords: [], chance: 0.5 },
  { type: 'channel.closed' },
  { type: 'heartbeat.missed' },
  { type: 'heartbeat.answered' },
  { type: 'budget.exceeded', budget: 'memory', detail: 'too much' },
  { type: 'debugger.changed', debugger: 'attached' },
  { type: 'message.received', message },
  { type: 'message.refused', detail: 'half a frame', fatal: true },
  { type: 'module.registered', tokenValid: true, versionSupported: true, detail: '' },
  { type: 'module.initialised' },
  { type: 'module.initFailed', message: 'no', misconfigured: false },
  { type: 'module.extended', by: 1000 },
  { type: 'module.restartNeeded' },
  { type: 'module.unregistered' },
  { type: 'stop.answered' },
];
