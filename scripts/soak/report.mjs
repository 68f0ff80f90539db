/** Everything a soak has to tell, as plain data. */
export function summary({ faults, recoveries, end, refused, before, after, looks, ...rest }) {
  return {
    ...rest,
    faults: { total: sum(Object.values(faults)), ...faults },
    recovery: { all: percentiles(Object.values(recoveries).flat()), ...mapped(recoveries, percentiles) },
    calls: end?.calls,
    stray: end?.counts,
    ordersRefused: refused,
    looksAtTheSystem: looks,
    before,
    after,
  };
}

export function printReport(result, asJson) {
  if (asJson) return console.log(JSON.stringify(result));
  console.table(
    Object.fromEntries(
      Object.entries(result.faults).map(([name, times]) => [
        name,
        { times, ...result.recovery[name === 'total' ? 'all' : name] },
      ]),
    ),
  );
  console.table({ before: result.before, after: result.after });
  console.log('calls', result.calls, 'stray', result.stray, 'orders refused', result.ordersRefused);
  console.log(
    `${result.looksAtTheSystem} looks at the operating system; times in ms from the fault to ready`,
  );
  for (const violation of result.violations) console.error(`VIOLATION ${violation}`);
}

function percentiles(some) {
  const sorted = some.toSorted((one, other) => one - other);
  const at = (share) =>
    Math.round(sorted[Math.min(sorted.length - 1, Math.floor(share * sorted.length))] ?? 0);
  return { recovered: sorted.length, p50: at(0.5), p95: at(0.95), p99: at(0.99), max: at(1) };
}

function sum(numbers) {
  return numbers.reduce((total, each) => total + each, 0);
}

function mapped(record, change) {
  return Object.fromEntries(Object.entries(record).map(([key, value]) => [key, change(value)]));
}
