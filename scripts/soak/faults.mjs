/**
 * What is done to one connection. `weight`: how often. `causes`: how its processes may end for it; nobody's process may end without a reason that
 * is listed. `isNew`: it must be another incarnation that is ready afterwards. `mend`: what is done once `until` holds, so that it can recover.
 */
export const faults = {
  'kill -9': {
    weight: 6,
    causes: ['signal'],
    isNew: true,
    do: ({ signal }) => signal('SIGKILL'),
  },
  'kill -TERM': {
    weight: 2,
    causes: ['signal', 'completed'],
    isNew: true,
    do: ({ signal }) => signal('SIGTERM'),
  },
  'kill -9 while it starts': {
    weight: 3,
    causes: ['stopped', 'signal'],
    isNew: true,
    do: ({ order }) => order('restart'),
    until: ({ state }) => ['registering', 'initialising'].includes(state),
    mend: ({ signal }) => signal('SIGKILL'),
  },
  'kill -9 of what waits': {
    weight: 2,
    causes: [],
    isNew: false,
    do: ({ signal, status }) => signal('SIGKILL', status.spare),
  },
  'SIGSTOP for good': { weight: 2, causes: ['hung'], isNew: true, do: ({ signal }) => signal('SIGSTOP') },
  'SIGSTOP for a moment': {
    weight: 2,
    causes: ['hung'],
    isNew: false,
    do: ({ signal }) => signal('SIGSTOP'),
    until: ({ state }) => state !== 'ready',
    mend: ({ signal }) => signal('SIGCONT'),
  },
  'busy loop': { weight: 2, causes: ['hung'], isNew: true, do: ({ misbehave }) => misbehave('hang') },
  'exits with 1': {
    weight: 3,
    causes: ['exit-code'],
    isNew: true,
    do: ({ misbehave }) => misbehave('exit', { code: 1 }),
  },
  'exits with 0': {
    weight: 2,
    causes: ['completed'],
    isNew: true,
    do: ({ misbehave }) => misbehave('exit', { code: 0 }),
  },
  'exits with 78': {
    weight: 1,
    causes: ['misconfigured'],
    isNew: true,
    do: ({ misbehave }) => misbehave('exit', { code: 78 }),
    until: ({ state }) => state === 'misconfigured',
    mend: ({ order }) => order('enable'),
  },
  throws: { weight: 2, causes: ['exit-code'], isNew: true, do: ({ misbehave }) => misbehave('throw') },
  'closes its channel': {
    weight: 2,
    causes: ['channel-closed', 'completed', 'exit-code', 'signal'],
    isNew: true,
    do: ({ misbehave }) => misbehave('closeChannel'),
  },
  'talks nonsense': { weight: 2, causes: [], isNew: false, do: ({ misbehave }) => misbehave('talkNonsense') },
  'floods its output': {
    weight: 2,
    causes: [],
    isNew: false,
    do: ({ misbehave }) => misbehave('floodOutput'),
  },
  'floods with messages': {
    weight: 2,
    causes: [],
    isNew: false,
    do: ({ misbehave }) => misbehave('floodMessages'),
  },
  restart: { weight: 4, causes: ['stopped'], isNew: true, do: ({ order }) => order('restart') },
  'disable, enable': {
    weight: 3,
    causes: ['stopped'],
    isNew: true,
    do: ({ order }) => order('disable'),
    until: ({ state }) => state === 'disabled',
    mend: ({ order }) => order('enable'),
  },
  'disable and enable at once': {
    weight: 2,
    causes: ['stopped'],
    isNew: true,
    do: ({ order }) => ['disable', 'enable', 'disable', 'enable'].map((each) => order(each)),
  },
  'config change': {
    weight: 3,
    causes: [],
    isNew: false,
    do: ({ order }) => order('configure', { config: { changed: true } }),
  },
  'init fails': {
    weight: 2,
    causes: ['stopped', 'init-failed'],
    isNew: true,
    do: ({ order }) => [order('configure', { config: { init: 'throws' } }), order('restart')],
    until: ({ state }) => state === 'backingOff',
    mend: ({ order }) => order('configure', { config: {} }),
  },
  'init hangs': {
    weight: 1,
    causes: ['stopped', 'init-timeout'],
    isNew: true,
    do: ({ order }) => [order('configure', { config: { init: 'hangs' } }), order('restart')],
    until: ({ state }) => state === 'puttingDown',
    mend: ({ order }) => order('configure', { config: {} }),
  },
  'program missing': {
    weight: 2,
    causes: ['stopped', 'misconfigured'],
    isNew: true,
    do: ({ order }) => order('replace', { missing: true }),
    until: ({ state }) => state === 'misconfigured',
    mend: ({ order }) => order('replace', { missing: false }),
  },
  'remove and add': {
    weight: 2,
    causes: ['stopped'],
    isNew: false,
    do: ({ order }) => order('remove'),
    until: ({ state }) => state === 'removed',
    mend: ({ order }) => order('add'),
  },
};

/** One of them by its weight, chosen by a number from 0 up to 1. */
export function chooseFault(chance) {
  const all = Object.entries(faults);
  let left = chance * all.reduce((sum, [, { weight }]) => sum + weight, 0);
  for (const [name, fault] of all) {
    left -= fault.weight;
    if (left < 0) return name;
  }
  return all[0][0];
}
