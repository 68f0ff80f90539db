import type { ConnectionState } from '../index.ts';
import type { ManagerNews } from './news.ts';

/** How grave a line of a log is. */
export type Level = 'debug' | 'info' | 'warn' | 'error';

/** How grave a piece of news is: `error` wants somebody, `warn` is being dealt with, `debug` is for whoever looks for something. */
export function levelOf(news: ManagerNews): Level {
  return (levels[news.event] as (news: ManagerNews) => Level)(news);
}

type NewsOf<E extends ManagerNews['event']> = Extract<ManagerNews, { event: E }>;

const levels: { readonly [E in ManagerNews['event']]: (news: NewsOf<E>) => Level } = {
  status: ({ state, step }) => (step === 'stuck' ? 'error' : levelOfState[state]),
  exit: ({ crash }) => (crash ? 'warn' : 'info'),
  discarded: ({ reason }) => (reason === 'malformed' ? 'warn' : 'debug'),
  output: ({ stream }) => (stream === 'stderr' ? 'warn' : 'info'),
  outputDropped: () => 'warn',
  overBudget: () => 'warn',
  moduleStatus: ({ level }) => moduleLevels.get(level) ?? 'info',
  log: ({ level }) => moduleLevels.get(level) ?? 'info',
  configSaved: () => 'debug',
  problem: () => 'error',
};

const levelOfState: Readonly<Record<ConnectionState, Level>> = {
  disabled: 'info',
  preparing: 'debug',
  replacing: 'debug',
  queued: 'debug',
  spawning: 'debug',
  registering: 'debug',
  takingOver: 'debug',
  initialising: 'debug',
  ready: 'info',
  suspect: 'warn',
  stopping: 'info',
  puttingDown: 'warn',
  backingOff: 'warn',
  failed: 'error',
  misconfigured: 'error',
  removed: 'info',
};

/** In the words of our own protocol and of Companion's. */
const moduleLevels: ReadonlyMap<string, Level> = new Map([
  ['debug', 'debug'],
  ['ok', 'info'],
  ['info', 'info'],
  ['warn', 'warn'],
  ['warning', 'warn'],
  ['error', 'error'],
]);
