import { styleText } from 'node:util';
import truncate from 'cli-truncate';
import stringWidth from 'string-width';

export type Style = Parameters<typeof styleText>[0];

/** A text in a style. */
export interface Cell {
  readonly text: string;
  readonly style: Style;
}

/** Gives a text a style, or leaves it as it is where colours aren't wanted. */
export type Paint = (style: Style, text: string) => string;

export function painter(colours: boolean): Paint {
  return (style, text) =>
    colours && style !== 'reset' && text !== '' ? styleText(style, text, { validateStream: false }) : text;
}

/** Whether what is written there may have colours: `NO_COLOR` and `FORCE_COLOR` decide, else whether it is a terminal that has some. */
export function hasColours(out: NodeJS.WriteStream, env: NodeJS.ProcessEnv = process.env): boolean {
  if (out.isTTY) return out.hasColors(env);
  const forced = env['FORCE_COLOR'];
  return forced !== undefined && forced !== '0' && forced !== 'false';
}

/** The text in at most so many columns. A wide character at the cut may stick out by one column. */
export function fit(text: string, width: number): string {
  if (stringWidth(text) <= width) return text;
  const cut = truncate(text, width);
  return stringWidth(cut) <= width ? cut : truncate(text, width - 1);
}

/** Cells in columns of these widths; the last cell takes what is left. */
export function inColumns(cells: readonly Cell[], widths: readonly number[], paint: Paint): string {
  const parts = cells.map(({ text, style }, index) => {
    const width = widths[index];
    if (width === undefined) return paint(style, text);
    const fitting = fit(text, width);
    return paint(style, fitting) + ' '.repeat(Math.max(0, width - stringWidth(fitting)));
  });
  return parts.join(' ').trimEnd();
}

/** The text in lines of at most so many columns, broken between words. */
export function wrapped(text: string, width: number): string[] {
  const lines: string[] = [];
  for (const word of text.split(' ')) {
    const longer = `${lines.at(-1) ?? ''} ${word}`.trimStart();
    if (lines.length > 0 && stringWidth(longer) <= width) lines.splice(-1, 1, longer);
    else lines.push(word);
  }
  return lines;
}
