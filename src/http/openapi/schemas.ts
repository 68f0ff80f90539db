import { exitSchemas } from './exit-schemas.ts';
import { managerSchemas } from './manager-schemas.ts';
import {
  array,
  boolean,
  count,
  enumeration,
  maybe,
  number,
  object,
  reference,
  text,
  time,
  type Schema,
} from './schema.ts';

const states = [
  'disabled',
  'preparing',
  'replacing',
  'queued',
  'spawning',
  'registering',
  'takingOver',
  'initialising',
  'ready',
  'suspect',
  'stopping',
  'puttingDown',
  'backingOff',
  'failed',
  'misconfigured',
  'removed',
] as const;

const healths = ['ok', 'troubled', 'changing', 'down', 'off'] as const;
const steps = ['leaving', 'asking', 'terminating', 'killing', 'stuck'] as const;
const purposes = ['toRecover', 'toDisable', 'toRestart', 'toRemove'] as const;

const summary = {
  status: reference('Status'),
  health: enumeration(healths, '`down` wants somebody, `off` is meant so.'),
  says: {
    description: 'What the module says of itself; null when it said nothing or no process lives to mean it.',
    oneOf: [
      object({ level: enumeration(['ok', 'warning', 'error']), status: text(), message: text() }),
      { type: 'null' },
    ],
  },
  upSince: maybe(time('When the living process became ready.')),
  restarts: count('Starts after the first within the last hour.'),
  lastHour: {
    ...text(
      'The worst of each of the last 60 minutes, the current one last: `.` unknown, `-` off, `o` ok, `c` changing, `t` troubled, `d` down.',
    ),
    pattern: '^[.octd-]{60}$',
  },
};

const connectionSchemas = {
  Status: object({
    id: text(),
    label: text(),
    state: enumeration(states),
    step: maybe(enumeration(steps, 'How far the end of the process has come.')),
    next: maybe(enumeration(purposes, 'What follows the end of the process.')),
    since: time('When it came into this state.'),
    wanted: boolean('Whether it is to run.'),
    alive: boolean('Whether a process exists or was asked for.'),
    incarnation: count('The number of the current or last process; 0 before the first.'),
    pid: maybe(count()),
    spare: maybe(count('The pid of a process that has registered and waits to take over if this one dies.')),
    debugger: {
      enum: ['listening', 'attached', null],
      description: 'Whether a debugger may attach, or has.',
    },
    attempt: count('How many incarnations failed since the module was last stable.'),
    nextRetryAt: maybe(time('When it will be started again by itself.')),
    deadlineAt: maybe(time('When patience with the present state ends.')),
    reason: maybe(text('Why it is not as it should be.')),
    resources: { oneOf: [reference('Resources'), { type: 'null' }] },
    lastExit: { oneOf: [reference('Exit'), { type: 'null' }] },
    discarded: object({ stale: count(), duplicate: count(), unexpected: count(), malformed: count() }),
  }),
  Resources: object({
    rss: count('Resident memory in bytes, programs that the module started included.'),
    cpu: {
      type: ['number', 'null'],
      description: 'Per cent of one core since the look before; null at the first look.',
    },
    sampledAt: time('When somebody looked.'),
    overBudget: { enum: ['memory', 'cpu', null], description: 'Which budget it exceeds.' },
  }),
  Summary: object(summary),
  Story: object({
    ...summary,
    lives: array(reference('Life'), 'The last ten incarnations, oldest first.'),
    timeline: array(reference('Happening'), 'Oldest first.'),
    calls: object({
      pending: array(reference('Call')),
      pendingCount: count(),
      recent: array(reference('Call'), 'Oldest first.'),
    }),
  }),
};

const rememberedSchemas = {
  Happening: object({
    seq: count(),
    at: time(),
    kind: enumeration(['state', 'exit', 'order', 'rejected']),
    incarnation: count(),
    state: enumeration(states, 'The state it came into, or was in.'),
    step: maybe(enumeration(steps)),
    next: maybe(enumeration(purposes)),
    health: enumeration(
      healths,
      'What it was like by its status alone; `down` for a crash, `off` for other exits.',
    ),
    text: text('The reason, the end in a sentence, the order, or why it was refused.'),
  }),
  Call: object({
    name: text(),
    direction: enumeration(['out', 'in'], '`out`: the app called the module.'),
    incarnation: count(),
    at: time(),
    milliseconds: maybe(number('How long it took; null while it is pending.')),
    outcome: maybe(text('`ok`, or the code of its error.')),
  }),
  LogLine: object({
    seq: count(),
    at: time(),
    incarnation: count(),
    stream: enumeration(['stdout', 'stderr', 'log', 'notice']),
    level: maybe(text()),
    text: text(),
  }),
};

/** Everything the API answers with, by name. */
export const schemas: Readonly<Record<string, Schema>> = {
  ...connectionSchemas,
  ...rememberedSchemas,
  ...exitSchemas,
  ...managerSchemas,
  Connections: object({ now: time(), connections: array(reference('Summary')) }),
  Log: object({
    lines: array(reference('LogLine')),
    last: count('The number of the newest line.'),
    lost: count('How many of those asked for are not kept any more.'),
  }),
  Problem: {
    ...object({ type: text(), title: text(), status: count(), detail: text() }),
    properties: {
      type: text(),
      title: text(),
      status: count(),
      detail: text('What is wrong and what to do.'),
      code: text('The code of a GreenroomError; see docs/errors.md.'),
    },
  },
};
