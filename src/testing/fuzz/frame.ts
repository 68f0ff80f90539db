/** One frame that is sent, as plain data, so that a failure can be shrunk and printed. In texts `<token>`, `<connection>` and `<id 0>` stand for what is only known when it is sent. */
export type FuzzFrame =
  /** An object, field by field: so it may have a field twice, and one called `__proto__`. */
  | { readonly is: 'object'; readonly fields: readonly Field[]; readonly damage?: readonly Damage[] }
  | { readonly is: 'text'; readonly text: string }
  /** An object that announces bytes, and these bytes, if they are no more than a frame may have. */
  | { readonly is: 'attached'; readonly fields: readonly Field[]; readonly lengths: readonly number[] }
  /** In hexadecimal digits. */
  | { readonly is: 'bytes'; readonly hex: string }
  /** JSON that is so many levels deep, in place of `<deep>` in a text. */
  | { readonly is: 'deep'; readonly text: string; readonly levels: number; readonly of: 'arrays' | 'objects' }
  /** So many bytes more or less than a frame may have, in place of `<long>` in a text. */
  | { readonly is: 'long'; readonly text: string; readonly beyond: number };

export type Field = readonly [name: string, value: unknown];

/** A byte that is another one, or where the frame ends. */
export type Damage = { readonly at: number; readonly byte: number | 'end' };

/** What the placeholders stand for. */
export interface Known {
  readonly token: string;
  readonly connection: string;
  /** The ids of calls that wait for an answer, the oldest first. */
  readonly ids: readonly (number | string)[];
  readonly frameBytes: number;
}

/** The bytes of a frame, its line break not included. */
export function renderFrame(frame: FuzzFrame, known: Known): Buffer {
  if (frame.is === 'bytes') return Buffer.from(frame.hex, 'hex');
  if (frame.is === 'object')
    return damaged(Buffer.from(fill(objectText(frame.fields), known)), frame.damage ?? []);
  if (frame.is === 'attached') return attached(frame, known);
  if (frame.is === 'text') return Buffer.from(fill(frame.text, known));
  if (frame.is === 'deep')
    return Buffer.from(
      fill(
        frame.text.replaceAll('<deep>', () => deep(frame)),
        known,
      ),
    );
  return Buffer.from(lengthen(fill(frame.text, known), known.frameBytes + frame.beyond));
}

function attached(
  { fields, lengths }: Extract<FuzzFrame, { is: 'attached' }>,
  { frameBytes, ...known }: Known,
): Buffer {
  const text = fill(objectText(fields), { frameBytes, ...known });
  const total = lengths.reduce((sum, length) => sum + length, 0);
  // None of it is JSON, nor looks like an announcement, to somebody who takes it for lines.
  const body = Buffer.alloc(total > frameBytes ? 0 : total, Buffer.from([0, 10, 61, 255]));
  return Buffer.concat([Buffer.from(`=${lengths.join(',')} ${text}\n`), body]);
}

function objectText(fields: readonly Field[]): string {
  return `{${fields.map(([name, value]) => `${JSON.stringify(name)}:${JSON.stringify(value) ?? 'null'}`).join(',')}}`;
}

function fill(text: string, { token, connection, ids }: Known): string {
  return text
    .replaceAll('<token>', token)
    .replaceAll('<connection>', connection)
    .replaceAll(/"<id (\d)>"/g, (_, index: string) => JSON.stringify(ids[Number(index)] ?? 7));
}

function deep({ levels, of }: { readonly levels: number; readonly of: 'arrays' | 'objects' }): string {
  return of === 'arrays'
    ? '['.repeat(levels) + ']'.repeat(levels)
    : '{"a":'.repeat(levels) + 'null' + '}'.repeat(levels);
}

function lengthen(text: string, bytes: number): string {
  const missing = bytes - Buffer.byteLength(text.replace('<long>', ''));
  return text.replace('<long>', () => 'x'.repeat(Math.max(missing, 0)));
}

function damaged(bytes: Buffer, damage: readonly Damage[]): Buffer {
  let whole = bytes;
  for (const { at, byte } of damage) {
    if (whole.length === 0) break;
    const place = at % whole.length;
    if (byte === 'end') whole = whole.subarray(0, place);
    else whole.writeUInt8(byte, place);
  }
  return whole;
}
