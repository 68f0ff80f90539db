import { readFileSync } from 'node:fs';
import { join } from 'node:path';

/** The names of the mutants that `equivalent.md` explains. */
export function readEquivalent(repository: string): ReadonlySet<string> {
  const text = readFileSync(join(repository, 'test/mutants/equivalent.md'), 'utf8');
  return new Set(Array.from(text.matchAll(/^- `(.+)`$/gm), (match) => String(match[1])));
}
