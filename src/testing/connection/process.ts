import type { ConnectionMove, Deed } from './move.ts';
import { withProcess, type ModuleProcess } from './surroundings.ts';

const isDead = ({ life }: ModuleProcess): boolean => life === 'dead';
const isAskedFor = ({ life }: ModuleProcess): boolean => life === 'asked for';
const over = (): null => null;
const lastWords = ['I am done'];

/** What the operating system reports of a process. */
export const reports: readonly Deed[] = [
  {
    name: 'process starts',
    says: 'starts',
    news: { type: 'process.spawned', pid: 4711 },
    tags: ['healthy', 'inevitable'],
    when: isAskedFor,
    change: () => ({ life: 'running' }),
  },
  spawnFailure('can’t be started now', 'EAGAIN'),
  spawnFailure('can’t be started at all', 'ENOENT'),
  exit('exits with code 1', 1, null),
  exit('exits with code 0', 0, null),
  exit('exits with code 78', 78, null),
  exit('exits on SIGKILL', null, 'SIGKILL'),
  { ...exit('exits with code 1, a day later', 1, null), isMuchLater: true },
  {
    name: 'channel closes',
    says: 'is not heard any more: its channel closed',
    news: { type: 'channel.closed' },
    when: ({ life, isHeard }) => life !== 'asked for' && isHeard,
    change: () => ({ isHeard: false }),
  },
];

/** What is found when somebody looks how much a process uses; whether of memory or of time makes no difference but the name of the cause. */
export const excesses: readonly Deed[] = [
  {
    name: 'process uses too much',
    says: 'uses too much memory',
    news: { type: 'budget.exceeded', budget: 'memory', detail: 'too much memory' },
    when: ({ life }) => life === 'running',
  },
];

/** Deaths of which nobody knows yet. Whatever was said before is still under way, and so is the report of the exit. */
export const deaths: readonly ConnectionMove[] = [
  death('process dies', 'dies', 'not wanted', []),
  death('process ends as asked', 'ends as it was asked to', 'asked', ['healthy']),
  death('process is killed', 'is killed', 'killed', ['healthy', 'inevitable']),
];

function spawnFailure(says: string, errno: string): Deed {
  const news = { type: 'process.spawnFailed', message: errno, errno, chance: 0.5 } as const;
  return { name: `process ${says}`, says, news, tags: ['inevitable'], when: isAskedFor, change: over };
}

function exit(says: string, code: number | null, signal: string | null): Deed {
  const news = { type: 'process.exited', code, signal, lastWords, chance: 0.5 } as const;
  return {
    name: `process ${says}`,
    says,
    news,
    tags: ['exit', 'healthy', 'inevitable'],
    when: isDead,
    change: over,
  };
}

function death(
  name: string,
  says: string,
  end: ModuleProcess['end'],
  tags: readonly string[],
): ConnectionMove {
  return {
    name,
    tags,
    when: ({ world: { process } }) => process !== null && process.life === 'running' && process.end === end,
    world: (around) => withProcess(around, { life: 'dead' }),
    say: ({ context }) => `process ${context.incarnation} ${says}; nobody knows yet`,
  };
}
