// Measures us against others, everything interleaved, and judges each goal.
//   npm run bench -- --only recovery,rtt --quick --save bench/results/measured.json
//   npm run --silent bench -- --json
// Without --quick it takes about half an hour on two cores. `--save` keeps the results; those of other goals stay as they are in that file.
import { parseArgs } from 'node:util';
import { goals, suiteOf } from './goals.mjs';
import { install } from './install.mjs';
import { judge, compareAll } from './judge.mjs';
import { machine, save } from './results.mjs';
import { printBlock, printGoals } from './report.mjs';
import { runSuite } from './rounds.mjs';
import { effort } from './effort.mjs';

const { values: options } = parseArgs({
  options: {
    only: { type: 'string' },
    quick: { type: 'boolean', default: false },
    rounds: { type: 'string' },
    json: { type: 'boolean', default: false },
    save: { type: 'string' },
  },
});
const chosen = goals.filter(
  ({ name }) => options.only === undefined || options.only.split(',').some((only) => name.startsWith(only)),
);
if (chosen.length === 0) {
  console.error(`There is no such goal. There are: ${goals.map(({ name }) => name).join(', ')}.`);
  process.exit(2);
}
install();
const suites = [...new Set(chosen.map(({ block }) => suiteOf[block]))];
const say = (line) => options.json || console.log(line);
const results = [];
for (const name of suites) {
  const mine = chosen.filter(({ block }) => suiteOf[block] === name);
  const settings = { ...effort(name, options.quick) };
  if (options.rounds !== undefined) settings.rounds = Number(options.rounds);
  const { default: suite } = await import(`./suites/${name}.mjs`);
  say(`\n${name}: ${settings.rounds} rounds`);
  const blocks = new Set(mine.map(({ block }) => block));
  const measured = await runSuite(suite, { ...settings, say, blocks });
  for (const block of blocks) {
    const reference = mine.find((goal) => goal.block === block)?.reference;
    const compared = compareAll(block, measured.samples, reference);
    say(printBlock(block, compared, reference));
    results.push({ block, reference: reference ?? null, compared });
  }
  if (measured.noisy > 0)
    say(`${measured.noisy} of ${measured.blocks} blocks began on a machine that was not quiet.`);
  for (const goal of mine) results.push(judge(goal, measured));
}
const judged = goals.flatMap(({ name }) => results.filter((result) => result.name === name));
if (options.save !== undefined)
  save(
    options.save,
    judged,
    results.filter((result) => 'compared' in result),
    options.quick,
  );
if (options.json) for (const goal of judged) console.log(JSON.stringify(goal));
else console.log(printGoals(judged, machine()));
process.exit();
