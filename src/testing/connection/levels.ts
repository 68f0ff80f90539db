import { defaultPolicy, type ConnectionPolicy } from '../../machines/policy.ts';
import { connectionModel, type ConnectionModelOptions } from './connection-model.ts';
import type { ConnectionModel } from './move.ts';

/** One size of the connection's model. */
export interface Level {
  readonly name: string;
  /** What is different about it. */
  readonly description: string;
  /** `machine`: another chart than the library's own. */
  model(machine?: ConnectionModelOptions['machine']): ConnectionModel;
}

/** The levels of `npm run check:model`, from small to large. */
export const levels: readonly Level[] = [
  level('small', 'The essential moves, with lies and late news; the second crash is too many.', {
    moves: isEssential,
    policy: counting({ crashes: 1 }),
  }),
  level('transient', 'The restart type that answers failures only.', {
    lies: false,
    late: false,
    moves: isUndisturbed,
    policy: { ...counting({ crashes: 1 }), restart: 'transient' },
  }),
  level('temporary', 'The restart type that never restarts.', {
    lies: false,
    late: false,
    moves: isUndisturbed,
    policy: { ...counting({ crashes: 1 }), restart: 'temporary' },
  }),
  level('medium', 'A module that lies, and news of former processes that come late or twice.', {
    moves: isUndisturbed,
    policy: counting({ crashes: 1 }),
  }),
  level('defaults', 'Every counter of the policy as it is shipped, but for two held messages.', {
    lies: false,
    late: false,
    moves: isUndisturbed,
    policy: { heldMessages: 2 },
  }),
  level('debugged', 'A debugger that comes and goes, and the essential moves.', {
    lies: false,
    late: false,
    moves: (move) => isEssential(move) || move.includes('debugger'),
    policy: counting({ crashes: 1 }),
  }),
  level('standby', 'Spares that come and go and take over, and the essential moves.', {
    moves: (move) => isEssential(move) || move.includes('spare'),
    policy: counting({ crashes: 1 }),
  }),
  level('large', 'Two connections that share one start slot: every pair of their lives.', {
    lies: false,
    late: false,
    moves: isAboutStarting,
    policy: counting({ crashes: 0 }),
    connections: ['lamp', 'desk'],
  }),
];

function level(name: string, description: string, options: ConnectionModelOptions): Level {
  return {
    name,
    description,
    model: (machine) => connectionModel(machine === undefined ? options : { ...options, machine }),
  };
}

/** Small counters: so many crashes are allowed, two missed heartbeats are suspicious, three hopeless, one message is held. */
function counting({ crashes }: { crashes: number }): Partial<ConnectionPolicy> {
  return {
    // Longer than any timer, so that crashes are forgotten only when much time passes.
    intensity: { ...defaultPolicy.intensity, crashes, period: 12 * 60 * 60 * 1000 },
    backoff: { ...defaultPolicy.backoff, most: defaultPolicy.backoff.initial },
    heartbeat: { interval: 2000, suspectAfter: 2, putDownAfter: 3 },
    heldMessages: 1,
  };
}

// Each of them doubles what there is to look at.
function isUndisturbed(move: string): boolean {
  return !/debugger|spare/.test(move);
}

// The others are variations: they lead where these lead, with other causes.
function isEssential(move: string): boolean {
  return !/debugger|spare|message|understanding|time|label|day later|SIGKILL|version|at all|goodbye|needs a restart|has stopped|too much/.test(
    move,
  );
}

// Who holds the start slot and for how long; once registered, a process is as good as another.
function isAboutStarting(move: string): boolean {
  return isEssential(move) && !/heartbeat|config|init failed|code 0|channel/.test(move);
}
