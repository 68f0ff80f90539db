import { GreenroomError } from '../errors.ts';
import { longestTimer } from '../ipc/deadlines.ts';
import type { ConnectionPolicy } from '../machines/policy.ts';

/** A policy of which any part may be left out. */
export type PolicyOptions = {
  readonly [K in keyof ConnectionPolicy]?: ConnectionPolicy[K] extends object
    ? { readonly [N in keyof ConnectionPolicy[K]]?: ConnectionPolicy[K][N] | undefined } | undefined
    : ConnectionPolicy[K] | undefined;
};

type Value = number | string | boolean;
type Tree = { readonly [key: string]: Tree | Value };

const restartTypes = ['permanent', 'transient', 'temporary'];

/**
 * The policy with the given parts replaced.
 * @throws {GreenroomError} `OPTION_INVALID`, naming the option, what was expected and what came.
 */
export function withPolicy(
  base: ConnectionPolicy,
  options: PolicyOptions | undefined,
  owner: string,
): ConnectionPolicy {
  if (options === undefined) return base;
  return merged(base as unknown as Tree, options, `${owner}: policy`) as unknown as ConnectionPolicy;
}

function merged(base: Tree, options: unknown, path: string): Tree {
  if (typeof options !== 'object' || options === null) throw invalid(path, 'an object', options);
  const known = Object.keys(base);
  const result: Record<string, Tree | Value> = { ...base };
  for (const [key, value] of Object.entries(options)) {
    const place = `${path}.${key}`;
    const current = known.includes(key) ? base[key] : undefined;
    if (current === undefined) throw invalid(place, `one of ${known.join(', ')}`, key);
    if (value !== undefined) result[key] = checked(current, value, place);
  }
  return result;
}

function checked(current: Tree | Value, value: unknown, path: string): Tree | Value {
  if (typeof current === 'object') return merged(current, value, path);
  if (typeof current === 'string') return restartType(value, path);
  if (typeof current === 'boolean') return yesOrNo(value, path);
  return amount(value, path);
}

function amount(value: unknown, path: string): number {
  if (typeof value !== 'number' || Number.isNaN(value) || value < 0)
    throw invalid(path, 'a number of at least 0', value);
  const most = mostOf(path);
  if (value > most) throw invalid(path, `at most ${most}`, value);
  return value;
}

function mostOf(path: string): number {
  if (path.endsWith('.crashes')) return Infinity;
  // With more, waits would be less than nothing.
  return path.endsWith('.jitter') ? 1 : longestTimer;
}

function yesOrNo(value: unknown, path: string): boolean {
  if (typeof value === 'boolean') return value;
  throw invalid(path, 'true or false', value);
}

function restartType(value: unknown, path: string): string {
  if (typeof value === 'string' && restartTypes.includes(value)) return value;
  throw invalid(path, `one of ${restartTypes.join(', ')}`, value);
}

function invalid(path: string, expected: string, came: unknown): GreenroomError {
  const shown = typeof came === 'string' ? JSON.stringify(came) : String(came);
  return new GreenroomError('OPTION_INVALID', `${path} must be ${expected}, but is ${shown}.`, {
    data: { path },
  });
}
