import type { Shown } from './feed.ts';

/** What a message of a module carries may be a config, or a secret that nobody here has heard of yet. */
const neverShown = 'frame';
const longestText = 1000;
const mostItems = 50;
const deepest = 12;

type Redact = (text: string) => string;

/** A value as it may be shown, as JSON has it: secrets struck out, long texts and lists cut, and of a module's messages only their names. */
export function shown(value: unknown, redact: Redact, depth = 0): Shown {
  if (typeof value === 'string') return cut(redact(value));
  if (typeof value === 'number') return shownNumber(value, redact);
  if (typeof value === 'boolean') return value;
  return typeof value === 'object' && value !== null ? shownParts(value, redact, depth) : null;
}

function shownParts(value: object, redact: Redact, depth: number): Shown {
  if (depth > deepest) return '[…]';
  if (value instanceof Error) return cut(redact(String(value)));
  return Array.isArray(value) ? shownList(value, redact, depth) : shownObject(value, redact, depth);
}

function shownObject(value: object, redact: Redact, depth: number): Shown {
  const plain: unknown = 'toJSON' in value && typeof value.toJSON === 'function' ? value.toJSON() : value;
  if (typeof plain !== 'object' || plain === null || Array.isArray(plain))
    return shown(plain, redact, depth + 1);
  const entries = Object.entries(plain).filter(
    ([key, part]) => key !== neverShown && part !== undefined && typeof part !== 'function',
  );
  return Object.fromEntries(entries.map(([key, part]) => [redact(key), shown(part, redact, depth + 1)]));
}

/** Of a long list the end, which is the newest. */
function shownList(list: readonly unknown[], redact: Redact, depth: number): Shown {
  const left = Math.max(0, list.length - mostItems);
  const items = list.slice(left).map((item) => shown(item, redact, depth + 1));
  return left === 0 ? items : [`[${left} before]`, ...items];
}

/** A secret number may stand within another. */
function shownNumber(value: number, redact: Redact): Shown {
  const text = String(value);
  if (redact(text) !== text) return '[secret]';
  return Number.isFinite(value) ? value : null;
}

function cut(text: string): string {
  return text.length > longestText ? `${text.slice(0, longestText)}…` : text;
}
