import {
  createManager,
  type AwaitedStatus,
  type Connection,
  type ConnectionStatus,
  type ExitRecord,
  type Json,
  type Manager,
} from '../../index.ts';
import type { CompanionHost } from '../../companion/index.ts';
import type { FoundModule } from './module-at.ts';

/** A step's reason to fail, with what the author of the module can do. */
export class Failure extends Error {
  readonly advice: string;

  constructor(message: string, advice: string) {
    super(message);
    this.advice = advice;
  }
}

/** The module under test, and all that was seen of it. */
export interface Stage {
  readonly found: FoundModule;
  readonly manager: Manager;
  readonly connection: Connection;
  /** What a Companion module expects around it; null for other modules. */
  readonly host: CompanionHost | null;
  readonly exits: readonly ExitRecord[];
  /** What it sent that wasn't acted upon, late messages of dead processes apart. */
  readonly discarded: readonly string[];
  readonly pids: readonly number[];
  /** When each state was entered last, in milliseconds. */
  readonly entered: ReadonlyMap<string, number>;
  /** How long it may take to get ready, in milliseconds. */
  readonly timeout: number;
}

/** A connection that restarts quickly, however often it is killed; it is not enabled yet. */
export function createStage(found: FoundModule, config: Json | undefined, timeout: number): Stage {
  const host = found.createHost?.() ?? null;
  const manager = createManager({
    handlers: host?.handlers,
    policy: {
      backoff: { initial: 100, most: 100, jitter: 0 },
      intensity: { crashes: 1000 },
      heartbeat: { interval: 500, suspectAfter: 3, putDownAfter: 20 },
      resources: { interval: 500 },
    },
  });
  host?.attach(manager);
  const exits: ExitRecord[] = [];
  const discarded: string[] = [];
  const pids: number[] = [];
  const entered = new Map<string, number>();
  manager.on('exit', ({ exit }) => void exits.push(exit));
  manager.on('discarded', ({ reason, name, detail }) => {
    if (reason !== 'stale') discarded.push(`${name} (${reason}${detail === null ? '' : `: ${detail}`})`);
  });
  manager.on('status', ({ status }) => {
    entered.set(status.state, performance.now());
    if (status.pid !== null && !pids.includes(status.pid)) pids.push(status.pid);
  });
  const connection = manager.add({
    id: 'checked',
    label: 'greenroom check',
    module: found.module,
    config,
    enabled: false,
  });
  return { found, manager, host, connection, exits, discarded, pids, entered, timeout };
}

/** Waits for a run after the given one to get ready. */
export function readyAfter(stage: Stage, incarnation: number): Promise<ConnectionStatus> {
  return seen(
    stage,
    (status) => status.state === 'ready' && status.incarnation > incarnation,
    'become ready again',
  );
}

/** Waits for a status, or fails with what is known of why it doesn't come. */
export async function seen(stage: Stage, awaited: AwaitedStatus, what: string): Promise<ConnectionStatus> {
  const { connection, timeout } = stage;
  try {
    return await connection.waitFor(awaited, { timeout });
  } catch {
    const { state, reason, lastExit } = connection.status;
    const words = lastExit === null ? '' : lastWords(lastExit);
    throw new Failure(
      `It did not ${what} within ${timeout / 1000} s; it is ${state}${reason === null ? '' : ` (${reason})`}.${words}`,
      'Look at its last words; give it more time with --timeout if it only is slow.',
    );
  }
}

/** The last lines of output of a process, to be put under a message. */
export function lastWords({ lastWords: lines }: ExitRecord): string {
  const last = lines.filter((line) => line.trim() !== '').slice(-8);
  return last.length === 0 ? ' It wrote nothing.' : ['', ...last].join('\n    | ');
}
