import { units } from './goals.mjs';

/** A table of all contenders of a block. */
export function printBlock(block, compared, reference) {
  const rows = compared.map(({ contender, figures }) => [
    contender,
    ...Object.values(figures).flatMap(({ median, ratio }) => [
      shown(median),
      ratio === null ? '' : `x${shown(ratio)}`,
    ]),
  ]);
  const names = Object.keys(compared[0]?.figures ?? {});
  const heads = names.flatMap((name) => [units[name], reference === undefined ? '' : `of ${reference}`]);
  return table([[block, ...heads], ...rows]);
}

/** A table of the goals, and how many of them are met. */
export function printGoals(judged, { node, cores }) {
  const rows = judged.map((goal) => [
    goal.name,
    goal.ours === null ? '' : shown(goal.ours),
    goal.reference === null ? '' : shown(goal.reference),
    goal.ratio === null ? '' : shown(goal.ratio),
    goal.interval === null ? '' : goal.interval.map(shown).join('–'),
    `${goal.is} ${goal.goal}`,
    verdictOf(goal),
  ]);
  const heads = ['goal', 'ours', 'reference', 'ratio', '95 %', 'is to be', ''];
  const met = judged.filter((goal) => goal.met).length;
  return `\n${table([heads, ...rows])}\n\n${met} of ${judged.length} goals are met, on ${cores} cores with Node ${node}.`;
}

/** What became of a goal, and why nothing did. */
export function verdictOf({ verdict, why }) {
  return why === undefined ? verdict : `${verdict}: ${why}`;
}

export function shown(value) {
  return Math.abs(value) >= 1000 ? Math.round(value).toLocaleString('en') : String(value);
}

function table(rows) {
  const widths = rows[0].map((_, column) => Math.max(...rows.map((row) => (row[column] ?? '').length)));
  return rows
    .map((row) =>
      row
        .map((cell, column) => (column === 0 ? cell.padEnd(widths[0]) : cell.padStart(widths[column])))
        .join('  ')
        .trimEnd(),
    )
    .join('\n');
}
