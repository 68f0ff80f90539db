/** Orders versions as Semantic Versioning does: the older first, a candidate before its release. What isn't such a version is compared as far as it goes. */
export function compareVersions(a: string, b: string): number {
  const [one, other] = [partsOf(a), partsOf(b)];
  return compareLists(one.core, other.core) || compareCandidates(one.candidate, other.candidate);
}

interface Parts {
  readonly core: readonly string[];
  /** What follows the first hyphen; null for a release. */
  readonly candidate: readonly string[] | null;
}

/** What follows a plus doesn't count. */
function partsOf(version: string): Parts {
  const [counted = ''] = version.replace(/^v/, '').split('+');
  const hyphen = counted.indexOf('-');
  if (hyphen === -1) return { core: counted.split('.'), candidate: null };
  return { core: counted.slice(0, hyphen).split('.'), candidate: counted.slice(hyphen + 1).split('.') };
}

function compareCandidates(a: Parts['candidate'], b: Parts['candidate']): number {
  if (a === null || b === null) return Number(a === null) - Number(b === null);
  return compareLists(a, b);
}

function compareLists(a: readonly string[], b: readonly string[]): number {
  const length = Math.min(a.length, b.length);
  for (let at = 0; at < length; at++) {
    const order = compareIdentifiers(a[at] ?? '', b[at] ?? '');
    if (order !== 0) return order;
  }
  return a.length - b.length;
}

/** Numbers by their value and before texts, texts letter by letter. */
function compareIdentifiers(a: string, b: string): number {
  const [isNumber, isOtherNumber] = [/^\d+$/.test(a), /^\d+$/.test(b)];
  if (isNumber && isOtherNumber) return Math.sign(Number(a) - Number(b));
  if (isNumber !== isOtherNumber) return isNumber ? -1 : 1;
  return a === b ? 0 : a < b ? -1 : 1;
}
