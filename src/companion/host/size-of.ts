/** What goes deeper is no value of a module that works. */
const deepest = 64;

/** About how many bytes a value takes, with one for each character; infinite for what is nested without end. */
export function sizeOf(value: unknown, depth = 0): number {
  if (typeof value === 'string') return value.length;
  if (ArrayBuffer.isView(value)) return value.byteLength;
  if (typeof value !== 'object' || value === null) return 8;
  if (depth > deepest) return Number.POSITIVE_INFINITY;
  let size = 16;
  for (const [key, part] of Object.entries(value)) size += key.length + sizeOf(part, depth + 1);
  return size;
}
