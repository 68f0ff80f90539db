/** The middle one, or the mean of the two in the middle. */
export function median(values) {
  const sorted = values.toSorted((a, b) => a - b);
  const middle = (sorted.length - 1) / 2;
  return (sorted[Math.floor(middle)] + sorted[Math.ceil(middle)]) / 2;
}

/** Where the median lies with 95 % certainty, by 2000 resamples; always the same for the same values. */
export function interval(values) {
  const random = randomFrom(values.length);
  const medians = Array.from({ length: 2000 }, () =>
    median(values.map(() => values[Math.floor(random() * values.length)])),
  ).toSorted((a, b) => a - b);
  return [medians[49], medians[1949]];
}

/** The ratio of two contenders, round by round: what slows the machine down slows both. */
export function paired(ours, reference) {
  const ratios = ours.map((value, round) => value / reference[round]);
  return { ratio: median(ratios), interval: interval(ratios) };
}

/** `met` and `missed` are said only if the whole interval is on that side. */
export function verdict([low, high], { atMost, atLeast }) {
  if (atMost !== undefined) return high <= atMost ? 'met' : low > atMost ? 'missed' : 'undecided';
  return low >= atLeast ? 'met' : high < atLeast ? 'missed' : 'undecided';
}

/** In a new order, as likely as any other. */
export function shuffled(values) {
  const result = [...values];
  for (let at = result.length - 1; at > 0; at -= 1) {
    const other = Math.floor(Math.random() * (at + 1));
    [result[at], result[other]] = [result[other], result[at]];
  }
  return result;
}

function randomFrom(seed) {
  let state = seed + 1;
  return () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return state / 2 ** 32;
  };
}
