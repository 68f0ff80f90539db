/** What became of one mutant. */
export interface Judged {
  readonly id: string;
  readonly kind: string;
  /** The part of the suite that killed it; null if none did. */
  readonly layer: string | null;
  readonly detail: string;
}

/** What became of all of them. */
export interface Report {
  readonly mutants: number;
  readonly killed: number;
  /** Neither killed nor explained. */
  readonly survived: number;
  /** Survived as it should: nobody can tell it from the original. */
  readonly equivalent: number;
  /** The killed of those that are not equivalent, in percent. */
  readonly score: number;
  readonly seconds: number;
  readonly byLayer: Readonly<Record<string, number>>;
  readonly byKind: Readonly<
    Record<string, { readonly killed: number; readonly survived: number; readonly equivalent: number }>
  >;
  readonly survivors: readonly string[];
  /** Said to be equivalent, but killed, or not there any more. */
  readonly wronglyListed: readonly string[];
}

/** The report on judged mutants; `gone` are those that are listed as equivalent and don't exist. */
export function reportOf(
  judged: readonly Judged[],
  listed: ReadonlySet<string>,
  gone: readonly string[],
  seconds: number,
): Report {
  const killed = judged.filter(({ layer }) => layer !== null);
  const alive = judged.filter(({ layer }) => layer === null);
  const survivors = alive.filter(({ id }) => !listed.has(id)).map(({ kind, id }) => `${kind}: ${id}`);
  const equivalent = alive.length - survivors.length;
  const wrong = killed
    .filter(({ id }) => listed.has(id))
    .map(({ id, layer }) => `${id} (killed by ${layer})`);
  return {
    mutants: judged.length,
    killed: killed.length,
    survived: survivors.length,
    equivalent,
    score: Math.floor((10_000 * killed.length) / Math.max(1, judged.length - equivalent)) / 100,
    seconds: Math.round(seconds),
    byLayer: counted(killed.map(({ layer }) => String(layer))),
    byKind: Object.fromEntries(
      Object.keys(counted(judged.map(({ kind }) => kind))).map((kind) => {
        const own = judged.filter((each) => each.kind === kind);
        const dead = own.filter(({ layer }) => layer !== null).length;
        const explained = own.filter(({ id, layer }) => layer === null && listed.has(id)).length;
        return [kind, { killed: dead, survived: own.length - dead - explained, equivalent: explained }];
      }),
    ),
    survivors,
    wronglyListed: [...wrong, ...gone.map((id) => `${id} (there is no such mutant)`)],
  };
}

/** The report in words. */
export function printed(report: Report): string {
  const { mutants, killed, survived, equivalent, score, seconds } = report;
  const kinds = Object.entries(report.byKind).map(
    ([kind, count]) =>
      `  ${kind}: ${count.killed} killed, ${count.survived} survived, ${count.equivalent} equivalent`,
  );
  return [
    `${mutants} mutants: ${killed} killed, ${survived} survived, ${equivalent} equivalent. Score ${score} %, ${seconds} s.`,
    ...Object.entries(report.byLayer).map(([layer, count]) => `  killed by ${layer}: ${count}`),
    ...kinds,
    ...report.survivors.map((name) => `Survived and not explained: ${name}`),
    ...report.wronglyListed.map((name) => `Listed as equivalent, wrongly: ${name}`),
  ].join('\n');
}

function counted(names: readonly string[]): Record<string, number> {
  const counts: Record<string, number> = {};
  for (const name of names) counts[name] = (counts[name] ?? 0) + 1;
  return counts;
}
