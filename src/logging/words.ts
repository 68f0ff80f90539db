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

/** Lines without anything that could move the cursor elsewhere. */
export function printableLines(text: string): string {
  return text.split('\n').map(printable).join('\n');
}

/** The time of day, here. */
export function timeOfDay(at: number): string {
  const date = new Date(at);
  return [date.getHours(), date.getMinutes(), date.getSeconds()].map(two).join(':');
}

function two(number: number): string {
  return String(number).padStart(2, '0');
}
