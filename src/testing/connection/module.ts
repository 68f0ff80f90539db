import type { Deed, News } from './move.ts';
import type { ModuleProcess } from './surroundings.ts';

/** What a module may say. An honest one says each thing only when there is reason to; one that lies says anything at any time. */
export function sayings(lies: boolean): Deed[] {
  return [...registrations, ...initAnswers, ...other].map((deed) => ({
    ...deed,
    when: (process) => process.life !== 'asked for' && process.isHeard && (lies || deed.when(process)),
  }));
}

/** What the watch over a process reports. */
export const heartbeats: readonly Deed[] = [
  {
    name: 'heartbeat is missed',
    says: 'misses a heartbeat',
    news: { type: 'heartbeat.missed' },
    when: ({ isWatched }) => isWatched,
  },
  {
    name: 'heartbeat is answered',
    says: 'answers a heartbeat',
    news: { type: 'heartbeat.answered' },
    tags: ['healthy'],
    when: ({ isWatched }) => isWatched,
  },
];

/** What the process says of a debugger, on its own. */
export const debuggers: readonly Deed[] = [
  {
    name: 'debugger attaches',
    says: 'is held by a debugger',
    news: { type: 'debugger.changed', debugger: 'attached' },
    when: ({ life }) => life === 'running',
  },
  {
    name: 'debugger goes',
    says: 'is let go by its debugger',
    news: { type: 'debugger.changed', debugger: 'listening' },
    when: ({ life }) => life === 'running',
  },
];

const isUnproved = ({ hasProved }: ModuleProcess): boolean => !hasProved;
const isInitialising = ({ told, isInitialised }: ModuleProcess): boolean =>
  told === 'to initialise' && !isInitialised;

const registrations: readonly Deed[] = [
  {
    ...saying('registers', registered(true, true), isUnproved),
    tags: ['healthy'],
    change: () => ({ hasProved: true }),
  },
  saying('registers with a wrong token', registered(false, true), isUnproved),
  saying('registers with a version nobody speaks', registered(true, false), isUnproved),
];

const initAnswers: readonly Deed[] = [
  {
    ...saying('says that it is initialised', { type: 'module.initialised' }, isInitialising),
    tags: ['healthy'],
    change: ({ told }) => ({ isInitialised: told === 'to initialise' }),
  },
  saying('says that its init failed', initFailed(false), isInitialising),
  saying('says that its config is wrong', initFailed(true), isInitialising),
  saying('asks for some more time', { type: 'module.extended', by: 30_000 }, isInitialising),
  saying('asks for all the time there is', { type: 'module.extended', by: 300_000 }, isInitialising),
];

const other: readonly Deed[] = [
  saying(
    'needs a restart for its config',
    { type: 'module.restartNeeded' },
    ({ session }) => session === 'open',
  ),
  saying('says goodbye', { type: 'module.unregistered' }, ({ hasProved }) => hasProved),
  saying('says that it has stopped', { type: 'stop.answered' }, ({ end }) => end !== 'not wanted'),
  saying('sends a message that may come early', message(true), () => true),
  saying('sends a message', message(false), ({ hasProved }) => hasProved),
  saying(
    'sends what is no message',
    { type: 'message.refused', detail: 'no JSON', fatal: false },
    () => true,
  ),
  saying(
    'sends what ends all understanding',
    { type: 'message.refused', detail: 'no frame', fatal: true },
    () => true,
  ),
];

function saying(says: string, news: News, when: Deed['when']): Deed {
  return { name: `module ${says}`, says, news, when };
}

function registered(tokenValid: boolean, versionSupported: boolean): News {
  return { type: 'module.registered', tokenValid, versionSupported, detail: 'claims to be it' };
}

function initFailed(misconfigured: boolean): News {
  return { type: 'module.initFailed', message: 'no device', misconfigured };
}

function message(early: boolean): News {
  return { type: 'message.received', message: { kind: 'notification', name: 'hello', early, frame: null } };
}
