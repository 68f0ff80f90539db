import { array, boolean, count, enumeration, maybe, object, reference, text, time } from './schema.ts';

const causes = [
  'stopped',
  'completed',
  'exit-code',
  'signal',
  'out-of-memory',
  'permission-denied',
  'misconfigured',
  'spawn-failed',
  'spawn-timeout',
  'register-timeout',
  'wrong-token',
  'incompatible',
  'init-timeout',
  'init-failed',
  'hung',
  'channel-closed',
  'malformed-frame',
  'too-busy',
] as const;

const phases = [
  'spawning',
  'registering',
  'takingOver',
  'initialising',
  'ready',
  'suspect',
  'stopping',
  'puttingDown',
] as const;

/** How incarnations end. */
export const exitSchemas = {
  Exit: object({
    incarnation: count(),
    pid: maybe(count()),
    phase: enumeration(phases, 'What it was doing when it died or was judged.'),
    code: maybe({ type: 'integer' }),
    signal: maybe(text()),
    cause: enumeration(causes),
    detail: text('One sentence for people.'),
    lastWords: array(text(), 'The last lines of output, oldest first; in lists five of them, and cut.'),
    at: time(),
    crash: boolean('Whether it counts against the restart intensity.'),
  }),
  Life: object({
    incarnation: count(),
    startedAt: time(),
    readyAt: maybe(time()),
    exit: { oneOf: [reference('Exit'), { type: 'null' }] },
  }),
};
