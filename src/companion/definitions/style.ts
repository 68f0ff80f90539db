/** How a control looks. What is missing stays as it is. */
export interface Style {
  readonly text?: string;
  /** As CSS, such as `#ff0000`, whether the module gave a number or a text. */
  readonly color?: string;
  /** As `color`. */
  readonly bgcolor?: string;
  /** Everything else, as the module wrote it: `size`, `alignment`, `png64`, … */
  readonly [further: string]: unknown;
}

/** Reads the style of a definition or preset. */
export function readStyle(fields: ReadonlyMap<string, unknown>): Style {
  const entries = [...fields].map(([name, value]) => [
    name,
    name === 'color' || name === 'bgcolor' ? colourOf(value) : value,
  ]);
  return Object.fromEntries(entries.filter(([, value]) => value !== undefined && value !== null)) as Style;
}

/** The lower 24 bits of a number are red, green and blue; the 8 above are transparency, 0 for none. */
function colourOf(value: unknown): string | undefined {
  if (typeof value === 'string' && value !== '') return value;
  if (typeof value !== 'number' || !Number.isInteger(value) || value < 0) return undefined;
  const colour = (value % 0x1_00_00_00).toString(16).padStart(6, '0');
  const opacity = 255 - (Math.floor(value / 0x1_00_00_00) % 256);
  return opacity === 255 ? `#${colour}` : `#${colour}${opacity.toString(16).padStart(2, '0')}`;
}
