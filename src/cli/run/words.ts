export { printable, printableLines, stateName, timeOfDay } from '../../logging/words.ts';

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

/** JSON in one line that no terminal takes for anything else: it leaves some of the characters as they are that could move the cursor. */
export function jsonLine(value: unknown): string {
  return JSON.stringify(value).replaceAll(/[\u007F-\u009F\p{Bidi_Control}]/gu, escaped);
}

function escaped(character: string): string {
  return `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`;
}

function two(number: number): string {
  return String(number).padStart(2, '0');
}
