import type { AnyEventObject, AnyMachineSnapshot } from 'xstate';
import type { ConnectionContext } from '../../../src/machines/connection-context.ts';
import type { IncarnationNews } from '../../../src/process/conversation.ts';

/** One event with one set of contents. */
export interface Sample {
  /** Names it in paths. */
  readonly name: string;
  /** Set for news of a process. */
  readonly news?: IncarnationNews;
  /** Where it may come; anywhere unless set. */
  readonly when?: (snapshot: AnyMachineSnapshot) => boolean;
  /** The event as it is sent in a situation. */
  readonly event: (context: ConnectionContext) => AnyEventObject;
}

const at = (context: ConnectionContext): number => context.since + 1;

const orders: readonly Sample[] = [
  ...['enable', 'disable', 'restart', 'remove'].map((type) => order(type, { type })),
  ...[
    ['config', { config: true, module: false }],
    ['module', { config: false, module: true }],
    ['label', { config: false, module: false, label: 'Spot' }],
    ['nothing', { config: false, module: false }],
  ].map(([what, change]) =>
    order(`configure ${what as string}`, { type: 'configure', ...(change as object) }),
  ),
];

const start: readonly Sample[] = [0, 1].flatMap((back) =>
  [
    { type: 'preparation.succeeded' },
    { type: 'preparation.failed', message: 'no such file' },
    { type: 'slot.granted' },
  ].map((event) => ({
    name: back === 0 ? event.type : `stale ${event.type}`,
    event: (context: ConnectionContext) => ({ ...event, start: context.starts - back, at: at(context) }),
  })),
);

const spares: readonly Sample[] = [null, 4712].map((pid) => ({
  name: pid === null ? 'no spare' : 'spare',
  event: (context: ConnectionContext) => ({ type: 'spare.changed', pid, at: at(context) }),
}));

const message = (kind: 'notification' | 'response', early: boolean): IncarnationNews => ({
  type: 'message.received',
  message: { kind, name: 'dimmed', early, frame: { type: 'notify', name: 'dimmed' } },
});
const exit = (code: number): IncarnationNews => ({
  type: 'process.exited',
  code,
  signal: null,
  lastWords: [],
  chance: 0.5,
});
const registered = (tokenValid: boolean, versionSupported: boolean): IncarnationNews => ({
  type: 'module.registered',
  tokenValid,
  versionSupported,
  detail: 'a module registered',
});

const news: readonly (readonly [string, IncarnationNews])[] = [
  ['process.spawned', { type: 'process.spawned', pid: 4711 }],
  ['process.spawnFailed', { type: 'process.spawnFailed', message: 'no', errno: 'EAGAIN', chance: 0.5 }],
  [
    'process.spawnFailed ENOENT',
    { type: 'process.spawnFailed', message: 'no', errno: 'ENOENT', chance: 0.5 },
  ],
  ['process.exited 0', exit(0)],
  ['process.exited 1', exit(1)],
  ['process.exited 78', exit(78)],
  ['channel.closed', { type: 'channel.closed' }],
  ['heartbeat.missed', { type: 'heartbeat.missed' }],
  ['heartbeat.answered', { type: 'heartbeat.answered' }],
  ['budget.exceeded memory', { type: 'budget.exceeded', budget: 'memory', detail: 'uses too much' }],
  ['budget.exceeded cpu', { type: 'budget.exceeded', budget: 'cpu', detail: 'uses too much' }],
  ['debugger.changed listening', { type: 'debugger.changed', debugger: 'listening' }],
  ['debugger.changed attached', { type: 'debugger.changed', debugger: 'attached' }],
  ['message.received', message('notification', false)],
  ['message.received early', message('notification', true)],
  ['message.received response', message('response', false)],
  ['message.refused', { type: 'message.refused', detail: 'half a frame', fatal: false }],
  ['message.refused fatal', { type: 'message.refused', detail: 'half a frame', fatal: true }],
  ['module.registered', registered(true, true)],
  ['module.registered wrong token', registered(false, true)],
  ['module.registered other version', registered(true, false)],
  ['module.initialised', { type: 'module.initialised' }],
  ['module.initFailed', { type: 'module.initFailed', message: 'no device', misconfigured: false }],
  [
    'module.initFailed misconfigured',
    { type: 'module.initFailed', message: 'no address', misconfigured: true },
  ],
  ['module.extended', { type: 'module.extended', by: 10_000_000 }],
  ['module.configRefused', { type: 'module.configRefused', message: 'no', isAnswer: true }],
  ['module.restartNeeded', { type: 'module.restartNeeded' }],
  ['module.unregistered', { type: 'module.unregistered' }],
  ['stop.answered', { type: 'stop.answered' }],
];

/** Every kind of order and news with every content that makes a difference; the timers that are pending are events too, and aren't among them. */
export const samples: readonly Sample[] = [
  ...orders,
  ...start,
  ...spares,
  ...news.map(([name, event]) => ({
    name,
    news: event,
    ...(event.type === 'process.spawnFailed' ? { when: mayHaveFailed } : {}),
    ...(event.type === 'module.registered' ? { when: mayRegister } : {}),
    event: (context: ConnectionContext) => ({ ...event, incarnation: context.incarnation, at: at(context) }),
  })),
  ...Array.from(new Map(news.map(([, event]) => [event.type, event] as const)).values(), (event) => ({
    name: `stale ${event.type}`,
    event: (context: ConnectionContext) => ({
      ...event,
      incarnation: context.incarnation - 1,
      at: at(context),
    }),
  })),
  ...['preparation', 'slot', 'process'].map((child) => ({
    name: `${child} breaks`,
    when: ({ children }: AnyMachineSnapshot) => child in children,
    event: () => ({ type: `xstate.error.actor.${child}`, error: new Error('it broke'), actorId: child }),
  })),
];

const aside = /^(?:stale|budget|message|configure|debugger\.changed listening)/;

/** Those without which some end of a process is never reached. */
export const samplesOfEnds: readonly Sample[] = samples.filter(({ name }) => !aside.test(name));

// A process that is being ended or takes over, and is known to have begun, can't be said never to have begun: a process actor says one or the other.
function mayHaveFailed({ context, value }: AnyMachineSnapshot): boolean {
  return (context as ConnectionContext).pid === null || !/"(ending|takingOver)"/.test(JSON.stringify(value));
}

// A spare is there before what it said is heard again.
function mayRegister({ context, value }: AnyMachineSnapshot): boolean {
  return (context as ConnectionContext).pid !== null || !JSON.stringify(value).includes('"takingOver"');
}

function order(name: string, event: AnyEventObject): Sample {
  return { name, event: (context) => ({ ...event, at: at(context) }) };
}
