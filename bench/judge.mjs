import { mostNoisy } from './noise.mjs';
import { interval, median, paired, verdict } from './statistics.mjs';

/** Judges one goal by what was measured: the line that `--json` prints. */
export function judge(goal, { samples, notBuilt, blocks, noisy }) {
  const { name, block, figure, ours, reference } = goal;
  const bound = goal.atMost ?? goal.atLeast;
  const base = { name, unit: figure, goal: bound, is: goal.atMost === undefined ? 'at least' : 'at most' };
  const taken = (who) => (samples[block]?.[who] ?? []).map((figures) => figures[figure]);
  const mine = taken(ours);
  const theirs = reference === undefined ? mine : taken(reference);
  if (mine.length === 0 || theirs.length === 0) {
    const why = notBuilt[ours] ?? notBuilt[reference] ?? 'not measured';
    return {
      ...base,
      ours: null,
      reference: null,
      ratio: null,
      interval: null,
      met: false,
      verdict: 'not built',
      why,
    };
  }
  const { ratio, interval: range } =
    reference === undefined ? { ratio: median(mine), interval: interval(mine) } : paired(mine, theirs);
  const share = noisy / Math.max(blocks, 1);
  const said = share > mostNoisy ? 'too noisy' : verdict(range, goal);
  return {
    ...base,
    ours: digits(median(mine)),
    reference: reference === undefined ? null : digits(median(theirs)),
    ratio: reference === undefined ? null : digits(ratio),
    interval: range.map(digits),
    met: said === 'met',
    verdict: said,
    rounds: mine.length,
    noisyBlocks: digits(share),
  };
}

/** So much worse than before is clear. */
const tolerance = 1.4;

/** The whole interval is on the wrong side of a former ratio, with the tolerance. */
export function isClearlyWorse({ atMost }, [low, high], before) {
  return atMost === undefined ? high < before / tolerance : low > before * tolerance;
}

/** All contenders of a block, with their medians, and how they compare with the reference of the block's first goal. */
export function compareAll(block, samples, reference) {
  return Object.entries(samples[block] ?? {}).map(([contender, taken]) => {
    const figures = Object.keys(taken[0]).map((figure) => {
      const values = taken.map((each) => each[figure]);
      const base = (samples[block][reference] ?? []).map((each) => each[figure]);
      const ratio = base.length === values.length ? digits(paired(values, base).ratio) : null;
      return [figure, { median: digits(median(values)), ratio }];
    });
    return { contender, figures: Object.fromEntries(figures) };
  });
}

function digits(value) {
  return Number(value.toPrecision(3));
}
