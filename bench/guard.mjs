// Fails if a ratio has become clearly worse than the committed one; never judges a time. Half a minute; a minute if something is measured twice.
//   npm run build && npm run bench:guard
//   npm run build && npm run bench:guard -- --save bench/results/guard.json && npx oxfmt bench
// The second makes new results to compare with: from short runs too, because what ran before in the same process can make half a ratio (the garbage of a megabyte, above all). The rule is in docs/performance.md.
import { parseArgs } from 'node:util';
import { fileURLToPath } from 'node:url';
import { goals, suiteOf } from './goals.mjs';
import { isClearlyWorse, judge } from './judge.mjs';
import { shown } from './report.mjs';
import { read, save } from './results.mjs';
import { runSuite } from './rounds.mjs';

const guarded = new Set([
  'rtt/ipc-64',
  'calls/ipc-64',
  'cpu/ipc-64',
  'cpu/ipc-1k',
  'oneway/ipc-64',
  'binary/ipc-1m',
  'recovery/bare',
]);
const contenders = ['node ipc', 'greenroom', 'fork loop'];
const committedFile = fileURLToPath(new URL('results/guard.json', import.meta.url));

const { values: options } = parseArgs({
  options: { against: { type: 'string', default: committedFile }, save: { type: 'string' } },
});
// What was measured on a busy machine is nothing to compare with.
const usable = read(options.against).goals.filter(({ verdict }) => verdict !== 'too noisy');
const committed = new Map(usable.map((goal) => [goal.name, goal]));
const chosen = goals.filter(({ name }) => guarded.has(name));
let unsaid = 0;
if (options.save !== undefined) {
  save(options.save, await measured(chosen, 28), [], true);
  process.exit(0);
}
const suspects = await compare(chosen, 7);
const failures = suspects.length === 0 ? [] : await again(suspects);
if (unsaid > 0)
  console.log(
    `Nothing is said about ${unsaid} of ${chosen.length} ratios: others kept this machine busy, or none is committed.`,
  );
process.exit(failures.length === 0 ? 0 : 1);

/** A few rounds in one process can all lie on one side by chance: only what is found twice counts. */
async function again(suspected) {
  console.log('\nOnce more, with new processes and twice the rounds:');
  return compare(suspected, 14);
}

/** Those that are clearly worse than committed. */
async function compare(asked, rounds) {
  const judged = await measured(asked, rounds);
  return asked.filter((goal, index) => isWorse(goal, judged[index]));
}

/** The goals as these rounds judge them, in their order. */
async function measured(asked, rounds) {
  const judged = new Map();
  for (const suite of new Set(asked.map(({ block }) => suiteOf[block]))) {
    const mine = asked.filter(({ block }) => suiteOf[block] === suite);
    const { default: measures } = await import(`./suites/${suite}.mjs`);
    const effort = { rounds, patience: 250, milliseconds: 100, kills: 1 };
    const blocks = new Set(mine.map(({ block }) => block));
    const taken = await runSuite(measures, { ...effort, blocks, contenders, say: () => {} });
    for (const goal of mine) judged.set(goal, judge(goal, taken));
  }
  return asked.map((goal) => judged.get(goal));
}

function isWorse(goal, { name, ratio, interval, verdict }) {
  const before = committed.get(name)?.ratio;
  const isNoisy = verdict === 'too noisy';
  const found = !isNoisy && before != null && isClearlyWorse(goal, interval, before);
  unsaid += isNoisy || before == null ? 1 : 0;
  const said = found ? 'CLEARLY WORSE' : isNoisy ? 'too noisy to say' : before == null ? 'new' : 'ok';
  console.log(
    `${name.padEnd(16)} ${shown(ratio)} (${interval.map(shown).join('–')}), committed ${before == null ? 'none' : shown(before)}: ${said}`,
  );
  return found;
}
