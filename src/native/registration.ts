import { excerpt } from '../ipc/excerpt.ts';
import { sameSecret } from './same-secret.ts';

/** What a `register` frame is worth. */
export interface Registration {
  readonly tokenValid: boolean;
  /** The highest version both sides speak; null if there is none. */
  readonly version: number | null;
  /** Who registered and what it speaks, for people; never contains the token. */
  readonly detail: string;
}

/** Reads a `register` frame, whatever it contains, against the token this incarnation was given and the versions that the host speaks on this channel. */
export function readRegistration(
  frame: Readonly<Record<string, unknown>>,
  token: string,
  supported: readonly number[],
): Registration {
  const tokenValid = sameSecret(frame['token'], token);
  const offered = Array.isArray(frame['versions']) ? (frame['versions'] as unknown[]) : [];
  const common = supported.filter((version) => offered.includes(version));
  const version = common.length > 0 ? Math.max(...common) : null;
  const speaks = `protocol version ${offered.slice(0, 10).map(shown).join(', ') || '(none)'}`;
  const supports = `this host supports ${supported.join(', ')}`;
  const who = tokenValid ? '' : ' with a token that is not this process’s';
  return {
    tokenValid,
    version,
    detail: `${sender(frame)} registered${who}; it speaks ${speaks}; ${supports}`,
  };
}

function sender(frame: Readonly<Record<string, unknown>>): string {
  const module: unknown = frame['module'];
  if (typeof module !== 'object' || module === null || !Object.hasOwn(module, 'name'))
    return 'A module without a name';
  const { name, version } = module as { name: unknown; version?: unknown };
  const sdk = frame['sdk'] === undefined ? '' : ` (${shown(frame['sdk'])})`;
  return `Module ${shown(name)}${version === undefined ? '' : ` ${shown(version)}`}${sdk}`;
}

function shown(value: unknown): string {
  if (value === undefined) return 'nothing';
  return typeof value === 'string' ? value.slice(0, 100) : excerpt(value, 100);
}
