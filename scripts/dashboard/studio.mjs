/** A studio with an eventful night, played by fake processes within a moment: what the screenshots show. */
import { createDashboard } from '../../dist/dashboard/index.js';
import {
  createTestManager,
  exits,
  initialises,
  life,
  notifies,
  registers,
  says,
  VirtualClock,
} from '../../dist/testing/index.js';

const night = 80 * 60_000;

/** Serves a dashboard of ten connections after their night; `advance` lets more time pass. */
export async function studio() {
  const clock = new VirtualClock(Date.now() - night);
  // What is remembered besides the connections' own times is to be of that night too.
  Date.now = clock.now;
  const manager = createTestManager({ clock, modules: lives, policy: { heartbeat: { interval: 2000 } } });
  const dashboard = await createDashboard(manager, { port: 0 });
  for (const [id, label] of Object.entries(labels))
    manager.add({ id, label, module: `modules/${id}.js`, enabled: id !== 'intercom' });
  await manager.advance(night - 1000);
  const calls = ['fader', 'mute', 'levels', 'levels', 'recall'].map((name) =>
    manager
      .get('mixer')
      .call(name)
      .catch(() => {}),
  );
  await manager.advance(1000);
  await Promise.all(calls);
  return { manager, dashboard };
}

const labels = {
  mixer: 'Audio mixer',
  projector: 'Main projector',
  'projector-2': 'Side projector',
  lights: 'Light desk',
  camera: 'Camera 1',
  recorder: 'Recorder',
  intercom: 'Intercom',
  thermometer: 'Thermometer, server room',
  clock: 'Clock',
  router: 'Video router',
};

const start = [registers({ after: 40 }), initialises({ after: 80 })];
const well = (message) => life([...start, notifies('$status', { level: 'ok', message })]);
const answers = {
  fader: () => 0.7,
  mute: () => true,
  levels: () => [1, 2],
  recall: () => {
    throw new Error('there is no scene 12');
  },
};

const mixerLife = (incarnation) =>
  incarnation < 3
    ? life(
        [
          ...start,
          ...chatter,
          says('TypeError: Cannot read properties of undefined (reading "gain")', {
            stream: 'stderr',
            after: 1_500_000 * incarnation,
          }),
          says('    at applyScene (mixer/main.js:88:23)', { stream: 'stderr' }),
          exits(1),
        ],
        { calls: answers },
      )
    : life([...start, ...chatter, notifies('$status', { level: 'ok', message: '32 channels, scene 4' })], {
        calls: answers,
      });

const chatter = [
  says('connecting to 10.0.0.31'),
  says('desk firmware 4.10, 32 channels'),
  notifies('$log', { level: 'info', message: 'scene 4 recalled in 212 ms' }, { after: 4000 }),
  notifies('$log', { level: 'warning', message: 'meter packets arrive late: 38 ms' }, { after: 9000 }),
];

const crashing = life([
  ...start,
  notifies('$log', { level: 'info', message: 'lamp on, 1840 hours' }),
  says('socket closed by 10.0.0.52', { stream: 'stderr', after: 2500 }),
  says('Error: the projector hung up while it was warming up', { stream: 'stderr' }),
  says('    at Socket.onClose (projector/link.js:41:11)', { stream: 'stderr' }),
  exits(1),
]);

const lives = {
  mixer: mixerLife,
  projector: (incarnation) =>
    incarnation === 1
      ? life([
          ...start,
          notifies('$status', { level: 'ok', message: 'lamp 1840 h' }),
          exits('SIGSEGV', { after: 4_500_000 }),
        ])
      : crashing,
  'projector-2': well('standby, lamp 312 h'),
  lights: life([
    ...start,
    notifies('$status', { level: 'warning', message: 'universe 2 gives no answer' }, { after: 4_000_000 }),
  ]),
  camera: well('tally off, preset 3'),
  recorder: life([
    registers({ after: 40 }),
    {
      does: 'failsInit',
      message: 'the licence of this recorder is for 2 channels, the config has 4',
      misconfigured: true,
    },
  ]),
  intercom: well('idle'),
  thermometer: well('21.4 °C'),
  clock: well('01:12 in Europe/Berlin'),
  router: (incarnation) =>
    incarnation === 1 ? life([...start, exits(0, { after: 3_000_000 })]) : well('12 × 12, 9 routes'),
};
