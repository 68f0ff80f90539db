import { UsageError } from '../arguments.ts';

/** How many letters may differ for a name to be meant. */
const tolerance = 3;

/**
 * Checks that there are connections of these names.
 * @throws {UsageError} Naming those that aren't there and those that may have been meant.
 */
export function checkNames(names: readonly string[], present: readonly string[]): void {
  const unknown = names.filter((name) => !present.includes(name));
  if (unknown.length === 0) return;
  const complaints = unknown.map((name) => `There is no connection "${name}". ${meant(name, present)}`);
  throw new UsageError(complaints.join('\n'));
}

function meant(name: string, present: readonly string[]): string {
  const near = present
    .map((other) => ({ other, distance: distanceBetween(name.toLowerCase(), other.toLowerCase()) }))
    .filter(({ other, distance }) => distance <= Math.min(tolerance, other.length / 2) || isPart(name, other))
    .toSorted((a, b) => a.distance - b.distance)
    .map(({ other }) => other);
  if (near.length > 0) return `Did you mean ${near.slice(0, 3).join(' or ')}?`;
  return present.length === 0 ? 'There are none.' : `There are: ${shortened(present)}.`;
}

function isPart(name: string, other: string): boolean {
  return other.toLowerCase().includes(name.toLowerCase());
}

function shortened(names: readonly string[]): string {
  const more = names.length - 10;
  return [...names.slice(0, 10), ...(more > 0 ? [`${more} more`] : [])].join(', ');
}

/** How many letters must be put in, left out or changed to make one of the other, as of Levenshtein. */
function distanceBetween(one: string, other: string): number {
  let row = Array.from({ length: other.length + 1 }, (_, index) => index);
  for (let above = 0; above < one.length; above++) {
    const next = [above + 1];
    for (let index = 0; index < other.length; index++) {
      const changed = (row[index] ?? 0) + (other[index] === one[above] ? 0 : 1);
      next.push(Math.min(changed, (row[index + 1] ?? 0) + 1, (next[index] ?? 0) + 1));
    }
    row = next;
  }
  return row.at(-1) ?? 0;
}
