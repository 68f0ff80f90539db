// Puts many connections into one manager, and measures what each costs: memory, processor time, and whether that grows with their number and no faster.
//   npm run scale -- --simulated 1000 --real 300 --json
// Simulated ones have a process of `greenroom/testing`, so that only the manager's own cost is measured; real ones have a process each.
// One measurement may be of a busy moment: what it suspects to grow faster is measured again, in turn, and is a violation only if that says so almost whatever rounds one takes of it.
import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { paired } from '../bench/statistics.mjs';

const { values: options } = parseArgs({
  options: {
    simulated: { type: 'string', default: '1000' },
    real: { type: 'string', default: '300' },
    seconds: { type: 'string', default: '10' },
    launcher: { type: 'boolean', default: false },
    json: { type: 'boolean', default: false },
  },
});
const one = fileURLToPath(new URL('scale/host.mjs', import.meta.url));
const simulated = Number(options.simulated);
const real = Number(options.real);

/** Each may cost so much more among many than among few. */
const tolerance = 1.5;
const rounds = 7;

const played = [simulated / 4, simulated / 2, simulated].map((count) => measure('simulated', count));
const lived = [real / 3, real].map((count) => measure('real', Math.round(count)));
const rows = [...played, ...lived];
const goals = goalsOf(lived);
const violations = [
  ...[played, lived].flatMap(growth),
  ...rows.flatMap(({ violations: own, kind, count }) => own.map((each) => `${count} ${kind}: ${each}`)),
];
if (options.json) console.log(JSON.stringify({ rows, goals, violations }));
else {
  console.table(
    rows,
    Object.keys(rows[0]).filter((name) => name !== 'violations'),
  );
  console.table(goals);
  for (const violation of violations) console.error(`VIOLATION ${violation}`);
}
process.exitCode = violations.length === 0 ? 0 : 1;

/** Each in a process of its own, so that none inherits the heap of another. */
function measure(kind, count, seconds = options.seconds) {
  const { stdout, status, stderr } = spawnSync(
    process.execPath,
    ['--expose-gc', one, kind, String(count), seconds, ...(options.launcher ? ['launcher'] : [])],
    { encoding: 'utf8', maxBuffer: 2 ** 26 },
  );
  if (status !== 0) throw new Error(`The host with ${count} ${kind} connections failed: ${stderr}`);
  return JSON.parse(stdout);
}

/** What more of them cost each, so that what there is once isn't counted. Only told: they depend on the machine, and on what execa keeps of each process. */
function goalsOf([few, many]) {
  const more = many.count - few.count;
  const heap = Math.round((many.heapPerConnection * many.count - few.heapPerConnection * few.count) / more);
  const cpu = Number(((100 * many.cpuPercent) / many.count).toFixed(2));
  return [
    {
      name: 'idle/heap',
      ours: heap,
      unit: 'bytes for each ready connection',
      goal: 16_384,
      met: heap <= 16_384,
    },
    { name: 'idle/cpu', ours: cpu, unit: '% of a core for 100 ready ones', goal: 0.5, met: cpu <= 0.5 },
  ];
}

/** What costs each clearly more among many than among few. */
function growth(measured) {
  const [few, many] = [measured[0], measured.at(-1)];
  const suspected = ['heapPerConnection', 'startPerConnection', 'stopPerConnection'].filter(
    (what) => many[what] > tolerance * few[what],
  );
  if (suspected.length === 0) return [];
  const pairs = Array.from({ length: rounds }, () =>
    [few, many].map(({ kind, count }) => measure(kind, count, '0')),
  );
  return suspected.flatMap((what) => {
    const [fewer, more] = [0, 1].map((which) => pairs.map((pair) => pair[which][what]));
    const { ratio, interval } = paired(more, fewer);
    const [low, high] = interval.map((bound) => bound.toFixed(2));
    const found = `${what} (${many.kind}) is ${ratio.toFixed(2)} (${low}–${high}) times with ${many.count} what it is with ${few.count}`;
    if (interval[0] > tolerance) return [found];
    console.error(`${found}: measured again, ${rounds} times, after ${few[what]} and ${many[what]}`);
    return [];
  });
}
