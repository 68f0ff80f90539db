/** Where something stands in a chart as it is written. */
export type Path = readonly (string | number)[];

/** One change of something written. Without a value it is deleted; out of a list, so that the rest moves up. */
export interface Edit {
  readonly path: Path;
  readonly value?: unknown;
}

/** A copy with some changes. */
export function edited<T>(written: T, edits: readonly Edit[]): T {
  const copy = copied(written);
  for (const edit of edits) change(copy, edit);
  return copy as T;
}

/** A copy of objects and lists; functions stay what they are, so this is no work for structuredClone. */
export function copied(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(copied);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([key, each]) => [key, copied(each)]));
}

/** What stands somewhere. */
export function at(written: unknown, path: Path): unknown {
  return path.reduce((above, key) => (above as Record<string | number, unknown>)[key], written);
}

function change(copy: unknown, edit: Edit): void {
  const above = at(copy, edit.path.slice(0, -1)) as Record<string | number, unknown>;
  const key = edit.path.at(-1) as string | number;
  if ('value' in edit) above[key] = edit.value;
  else if (Array.isArray(above)) above.splice(key as number, 1);
  else delete above[key];
}
