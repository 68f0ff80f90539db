// The host of the soak: an app with a manager, which its observer orders about. It tells all it sees, calls its modules all the time, and
// checks what only it can see: the statuses, and that each call settles once.
import { fileURLToPath } from 'node:url';
import { commandModule, createManager } from 'greenroom';
import { figures } from '../figures.mjs';
import { mark } from './look.mjs';
import { checkStatuses } from './statuses.mjs';
import { startTraffic } from './traffic.mjs';

const module = fileURLToPath(new URL('module.mjs', import.meta.url));
const policy = {
  deadlines: {
    prepare: 5000,
    register: 10_000,
    init: 2000,
    leave: 300,
    ask: 1000,
    terminate: 300,
    call: 1000,
  },
  backoff: { initial: 20, most: 200 },
  intensity: { crashes: Infinity },
  heartbeat: { interval: 500, suspectAfter: 2, putDownAfter: 5 },
};

const manager = createManager({ policy });
const tell = (what) => process.send(what);
const report = (connection, what) => tell({ violation: what, connection });
manager.on('status', ({ status }) => tell({ status }));
manager.on('exit', ({ connection, exit }) => tell({ connection, exit: { ...exit, lastWords: [] } }));
manager.on('problem', ({ connection, error }) => report(connection, `a problem: ${String(error)}`));
const counts = { discarded: 0, rejected: 0, messages: 0, linesDropped: 0 };
manager.on('discarded', () => (counts.discarded += 1));
manager.on('rejected', () => (counts.rejected += 1));
manager.on('message', () => (counts.messages += 1));
manager.on('outputDropped', ({ lines }) => (counts.linesDropped += lines));
checkStatuses(manager, report);
const traffic = startTraffic(manager, report);

const orders = {
  // Of every third a process waits to take over.
  add: ({ id, standby }) => manager.add({ id, module, config: {}, env: { [mark]: id }, policy: { standby } }),
  remove: async ({ id }) => {
    await manager.get(id).remove();
    tell({ removed: id });
  },
  disable: ({ id }) => manager.get(id).disable(),
  enable: ({ id }) => manager.get(id).enable(),
  restart: ({ id }) => manager.get(id).restart(),
  configure: ({ id, config }) => manager.get(id).update({ config }),
  replace: ({ id, missing }) =>
    manager.get(id).update({ module: missing ? commandModule({ command: 'no-such-program' }) : module }),
  misbehave: ({ id, ...how }) => manager.get(id).notify('misbehave', how),
  block({ milliseconds }) {
    for (const end = performance.now() + milliseconds; performance.now() < end;);
  },
  figures: async () => tell({ figures: await figures() }),
  stop: async () => {
    const calls = await traffic.end();
    await manager.stop();
    tell({ stopped: true, calls, counts });
    process.disconnect();
  },
};
process.on('message', ({ does, ...rest }) => {
  Promise.resolve()
    .then(() => orders[does](rest))
    .catch((error) => {
      // It isn't ready any more, or gone: somebody else was faster, and that is said.
      tell({ refused: does, code: error.code, ...rest });
      if (error.code === undefined) report(rest.id ?? null, `${does} threw ${String(error)}`);
    });
});
