import { waitForQuiet } from './noise.mjs';
import { shuffled } from './statistics.mjs';

/** What a shell may have set that makes each start of Node slower (40 ms and more). We pass none of it on to modules, others do; that is no merit of a host, and would be measured as one. */
const dear = ['NODE_EXTRA_CA_CERTS', 'NODE_OPTIONS'];

/**
 * Runs a suite: in each round every chosen block once with every contender that takes part in it, in a new order. Resolves with
 * `samples[block][contender]`, a list of figures with an entry for each round, what is missing and why, and how many blocks began on a noisy machine.
 */
export async function runSuite(suite, { blocks, rounds, patience, say, contenders: wanted, ...options }) {
  for (const name of dear) delete process.env[name];
  const result = { samples: {}, notBuilt: {}, blocks: 0, noisy: 0 };
  const contenders = {};
  try {
    for (const [name, open] of Object.entries(suite.contenders)) {
      if (wanted !== undefined && !wanted.includes(name)) continue;
      const opened = await open(options);
      if (typeof opened === 'object') contenders[name] = opened;
      else say(`${name}: ${(result.notBuilt[name] = opened)}`);
    }
    // The first round warms up, and doesn't count.
    await playRound(suite, contenders, blocks, { ...options, isWarmUp: true });
    for (let round = 0; round < rounds; round += 1)
      await playRound(suite, contenders, blocks, options, async (block, name, measure) => {
        result.noisy += (await waitForQuiet(patience)) ? 0 : 1;
        result.blocks += 1;
        const figures = await measure();
        if (figures !== undefined) ((result.samples[block] ??= {})[name] ??= []).push(figures);
      });
  } finally {
    for (const contender of Object.values(contenders)) await contender.close?.();
  }
  return result;
}

async function playRound(suite, contenders, blocks, options, take = (_block, _name, measure) => measure()) {
  for (const block of blocks)
    for (const name of shuffled(Object.keys(contenders)))
      await take(block, name, () => suite.blocks[block](contenders[name], options));
}
