import { array, count, enumeration, maybe, object, reference, text, time } from './schema.ts';

const spareStates = [
  'unwanted',
  'renewing',
  'queued',
  'spawning',
  'registering',
  'answering',
  'waiting',
  'ending',
] as const;

const guard = enumeration(
  ['active', 'waiting', 'unavailable', 'off'],
  'One of what keeps modules from outliving their host; see docs/guarantees.md.',
);

const watchdog = enumeration(
  ['active', 'partial', 'off'],
  '`partial` once a module was started that may have no threads; see docs/guarantees.md.',
);

/** What is true of a manager. */
export const managerSchemas = {
  ManagerStatus: object({
    state: enumeration(['running', 'stopping', 'stopped']),
    startSlots: object({ total: count(), held: count(), waiting: count() }),
    guards: object({ parentDeathSignal: guard, janitor: guard, search: guard, watchdog }),
    launcher: object({
      state: enumeration(
        ['active', 'waiting', 'unavailable', 'off'],
        'Whether another process than the host starts modules.',
      ),
      pid: maybe(count()),
      deaths: count('How often it died.'),
    }),
    spares: array(reference('Spare')),
    connections: array(reference('Status')),
  }),
  Spare: object({
    state: enumeration(spareStates, '`waiting`: it can be taken.'),
    since: time(),
    pid: maybe(count()),
    module: text('The module it is a process of.'),
    connections: array(text('The id of one of the connections any of which may take it.')),
    rss: maybe(count('Its resident memory in bytes.')),
    reason: maybe(text('Why the last one failed.')),
  }),
} as const;
