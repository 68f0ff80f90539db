import { stripVTControlCharacters } from 'node:util';

const stateNames: Readonly<Record<string, string>> = {
  removed: 'gone',
  puttingDown: 'putting down',
  backingOff: 'backing off',
};

/** A state in plain words. */
export function stateName(state: string): string {
  return stateNames[state] ?? state;
}

/** One line without anything that could move the cursor. */
export function printable(text: string): string {
  return stripVTControlCharacters(text).replaceAll(/[\p{Cc}\p{Bidi_Control}]+/gu, ' ');
}

/** A duration in milliseconds, in at most six characters for a year: `85ms`, `12s`, `3m04s`, `5h10m`, `12d03h`. */
export function duration(milliseconds: number): string {
  if (milliseconds < 1000) return `${Math.max(0, Math.round(milliseconds))}ms`;
  const seconds = Math.floor(milliseconds / 1000);
  const minutes = Math.floor(seconds / 60);
  const hours = Math.floor(minutes / 60);
  if (minutes === 0) return `${seconds}s`;
  if (hours === 0) return `${minutes}m${two(seconds % 60)}s`;
  if (hours < 24) return `${hours}h${two(minutes % 60)}m`;
  return `${Math.floor(hours / 24)}d${two(hours % 24)}h`;
}

/** The time of day, here. */
export function timeOfDay(at: number): string {
  const date = new Date(at);
  return [date.getHours(), date.getMinutes(), date.getSeconds()].map(two).join(':');
}

function two(number: number): string {
  return String(number).padStart(2, '0');
}
