import { GreenroomError } from '../errors.ts';
import { defaultChannelLimits } from '../ipc/channel.ts';
import { defaultProcessLimits, type ProcessLimits } from '../process/host.ts';

/** The default limits with those given in their place; `undefined` is the default. */
export type LimitOptions = { readonly [K in keyof ProcessLimits]?: ProcessLimits[K] | undefined };

/** @throws {GreenroomError} `OPTION_INVALID`. */
export function withLimits(options: LimitOptions = {}): ProcessLimits {
  const defaults: ProcessLimits = { ...defaultChannelLimits, ...defaultProcessLimits };
  const given = Object.entries(options).filter(([, value]) => value !== undefined);
  for (const [name, value] of given) check(Object.keys(defaults), name, value);
  return { ...defaults, ...Object.fromEntries(given) };
}

function check(known: readonly string[], name: string, value: unknown): void {
  if (!known.includes(name)) throw invalid(name, `one of ${known.join(', ')}`, name);
  if (typeof value === 'number' && value >= 1) return;
  throw invalid(name, 'a number of at least 1', String(value));
}

function invalid(name: string, expected: string, came: string): GreenroomError {
  return new GreenroomError('OPTION_INVALID', `Manager: limits.${name} must be ${expected}, but is ${came}.`);
}
