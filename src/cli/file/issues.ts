import type { z } from 'zod';

type Issue = z.core.$ZodIssue;
type Path = readonly PropertyKey[];

/** One line per thing that is wrong: where, what was expected, what came, and what to do. */
export function describeIssues(issues: readonly Issue[], data: unknown): string[] {
  return issues.flatMap((issue) => resolved(issue, data)).map((issue) => describe(issue, data));
}

/** Of the alternatives only the one that was meant is of interest, if that can be told. */
function resolved(issue: Issue, data: unknown): Issue[] {
  if (issue.code !== 'invalid_union') return [issue];
  const branches = issue.errors.map((branch) =>
    branch.map((inner) => ({ ...inner, path: [...issue.path, ...inner.path] })),
  );
  const meant = branches.find((branch) => branch.every((inner) => isInside(inner, issue.path, data)));
  return meant === undefined ? [issue] : meant.flatMap((inner) => resolved(inner, data));
}

function isInside(inner: Issue, outer: Path, data: unknown): boolean {
  if (inner.code === 'unrecognized_keys') return true;
  return inner.path.length > outer.length && valueAt(data, inner.path) !== undefined;
}

function describe(issue: Issue, data: unknown): string {
  const place = pathText(issue.path);
  if (issue.code === 'unrecognized_keys') {
    const keys = issue.keys.map((key) => `"${key}"`).join(', ');
    return `${place}: ${keys} is not known here. ${issue.message} Correct the spelling, or remove it.`;
  }
  const came = valueAt(data, issue.path);
  if (came === undefined) return `${place}: expected ${issue.message}, but it is missing. Add it.`;
  return `${place}: expected ${issue.message}, but it is ${shown(came)}. Correct it.`;
}

function valueAt(data: unknown, path: Path): unknown {
  let value = data;
  for (const key of path) {
    if (typeof value !== 'object' || value === null || !Object.hasOwn(value, key)) return undefined;
    value = (value as Record<PropertyKey, unknown>)[key];
  }
  return value;
}

function pathText(path: Path): string {
  if (path.length === 0) return 'the file';
  const parts = path.map((key) => (typeof key === 'number' ? `[${key}]` : `.${String(key)}`));
  return parts.join('').replace(/^\./, '');
}

function shown(value: unknown): string {
  const json = JSON.stringify(value);
  return json.length > 60 ? `${json.slice(0, 57)}...` : json;
}
