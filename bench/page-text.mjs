import { units } from './goals.mjs';
import { shown, verdictOf } from './report.mjs';

/** What a reader has to know of each block to understand its table. */
const explanations = {
  'rtt-64': 'One call after the other, there and back, with 64 bytes of payload.',
  'calls-64': 'Calls with 64 bytes of payload, 256 of them in flight all the time.',
  'calls-1k': 'The same with 1 KiB.',
  'oneway-64': 'Notifications of 64 bytes, as fast as the other side takes them.',
  'binary-1m':
    'One MiB of bytes there and back, one call after the other; bytes on both sides, so that who has only JSON encodes and decodes base64 on both.',
  recovery:
    'From `kill -9` until the next process has come through registration and `init`, which all children do in the same way; those of forever-monitor, pm2 and of one loop over a socket. All of ours is in it: the module’s own files are checked, it is started by setpriv under Node’s permission model, loads `runModule`, of which V8 has kept what it compiled, and reads its token from a descriptor. Its program imports that file by its path: by the name `greenroom/module`, Node takes 3 to 4 ms more to find it. No start is shorter than that of Node itself, which is most of what the fork loop takes.',
  storm:
    'From nothing until 200 processes are ready. Forking has no manager: how many at once are best was tried out before.',
  stall:
    'The longest standstill of the event loop of a host with 1 GB while a process is started: the median of 24 starts, after as many that warm it up.',
  idle: 'A hundred ready connections with history and heartbeats, whose modules are shell scripts: what each takes of the heap, and all together of a core, when they have been ready for 75 s. The last two are processes alone, without any manager, that are asked something as often: less than that nobody can take who starts them that way.',
  lives:
    'The CPU that one life of a connection costs, from its start until it is disabled, with a process that is played.',
};

/** docs/performance.md, of results that `run.mjs` has saved. */
export function pageOf({ goals, blocks }) {
  return `${[
    head(goals),
    table(
      ['goal', 'ours', 'reference', 'ratio', '95 % interval', 'rounds', 'is to be', 'verdict'],
      goals.map((goal) => [
        `\`${goal.name}\``,
        cell(goal.ours, goal.unit),
        cell(goal.reference, goal.unit),
        goal.reference === null ? '' : cell(goal.ratio),
        goal.interval === null ? '' : goal.interval.map(shown).join(' – '),
        goal.rounds === undefined ? '' : shown(goal.rounds),
        `${goal.is} ${goal.goal}`,
        goal.met ? 'met' : `**${verdictOf(goal)}**`,
      ]),
    ),
    how,
    '## All contenders',
    ...blocks.map(contenders),
  ].join('\n\n')}\n`;
}

function head(goals) {
  const on = [
    ...new Set(goals.map(({ on: { cores, platform, node } }) => `${cores} cores, ${platform}, Node ${node}`)),
  ];
  const quick = goals.filter((goal) => goal.on.quick).length;
  return [
    '# Performance',
    `Written by \`npm run bench:page\` from \`bench/results/measured.json\`; don't edit it by hand. Measured on ${on.join('; ')}.`,
    `**${goals.filter(({ met }) => met).length} of ${goals.length} goals are met.** A goal is met, or missed, if the whole interval is on that side of it; else it is undecided.${quick === 0 ? '' : ` ${quick} of them were measured with \`--quick\`.`}`,
  ].join('\n\n');
}

const how = `## How this is measured

\`npm run bench\` installs what we are compared with into \`bench/node_modules\` (pm2, forever-monitor, respawn, vscode-jsonrpc, \`@companion-module/base\`), which nobody else needs, and takes about half an hour.
\`--only recovery,rtt\` chooses goals by the beginning of their names, \`--quick\` takes a minute, \`--rounds N\` changes how often everything is done, \`--save FILE\` keeps the results. \`npm run --silent bench -- --json\` prints each goal as a line of JSON.

- **Interleaved.** In each round every contender has one block of each kind, in a new order. The first round warms up and doesn't count.
- **Ratios, round by round.** What slows the machine down slows both sides of a pair. What is told is the median of the ratios, and the interval in which it lies with 95 % certainty (2000 resamples). Absolute figures orient, and move by a factor of two.
- **Noise.** Before each block the machine has to be less than 12 % busy for a twentieth of a second; the bench waits a second for that (five before long blocks) and counts the blocks for which it didn't become so. Where these are more than a quarter, the
  verdict is *too noisy*, whatever the figures are.
- **Alike.** What a shell may have set that slows each start of Node down (\`NODE_EXTRA_CA_CERTS\`, \`NODE_OPTIONS\`) is deleted for all: we pass it on to no module, others do, and would be measured with it. What recovers is killed when it has come to rest.
- **All of it.** Our side is a connection of a manager as an app has it, with default options but for the heartbeat, which is off in the measurements of messages, and for restarts without a pause in those of recovery.

**In CI** \`npm run bench:guard\` measures for half a minute and compares with what runs as short as this gave before (\`bench/results/guard.json\`, which \`--save\` makes): among other blocks, and for longer, the same program has other ratios. Results that are *too noisy* are nothing to compare with. It fails only on a ratio, never on a time, and only if the whole interval is worse than the committed ratio by 40 %, and is so again when that ratio is measured once more with twice the rounds: the medians of two short runs of the same program lay up to a third apart. If more than a quarter of the blocks began on a
busy machine, nothing is judged, and the output says so.`;

function contenders({ block, reference, compared, on }) {
  const names = Object.keys(compared[0]?.figures ?? {});
  const heads = names.flatMap((name) =>
    reference === null ? [units[name]] : [units[name], `of ${reference}`],
  );
  const rows = compared.map(({ contender, figures }) => [
    contender,
    ...names.flatMap((name) => {
      const { median, ratio } = figures[name];
      return reference === null
        ? [shown(median)]
        : [shown(median), ratio === null ? '' : `x ${shown(ratio)}`];
    }),
  ]);
  const note = on.quick ? ' Measured with `--quick`.' : '';
  return `### ${block}\n\n${explanations[block]}${note}\n\n${table(['contender', ...heads], rows)}`;
}

function cell(value, unit) {
  if (value === null) return '';
  return unit === undefined ? shown(value) : `${shown(value)} ${units[unit]}`;
}

function line(cells) {
  return `| ${cells.join(' | ')} |`;
}

function table(heads, rows) {
  return [line(heads), line(heads.map(() => '---')), ...rows.map(line)].join('\n');
}
