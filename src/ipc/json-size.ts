/** What `jsonSize` found out without writing any JSON. */
export interface JsonSize {
  /** About how many bytes it takes: escapes and long numbers aren't counted. */
  readonly bytes: number;
  /** It takes no more than that. */
  readonly atMost: number;
}

/** Estimates the length of a message's JSON for a small part of what writing it costs; undefined for what only writing it can tell, such as values with `toJSON`, cycles, and what isn't JSON at all. */
export function jsonSize(message: unknown): JsonSize | undefined {
  const measure = { bytes: 0, atMost: 0 };
  return add(measure, message, 0) ? measure : undefined;
}

interface Measure {
  bytes: number;
  atMost: number;
}

const deepest = 64;
// A character may have to be written as six (\u001f), which has a byte each.
const worstEscape = 6;
const longestNumber = 25;

function add(measure: Measure, value: unknown, depth: number): boolean {
  if (typeof value === 'string') return addText(measure, value);
  if (typeof value === 'number') return addFixed(measure, 1, longestNumber);
  if (typeof value === 'boolean' || value === null) return addFixed(measure, 4, 5);
  return typeof value === 'object' && addObject(measure, value, depth);
}

function addObject(measure: Measure, value: object, depth: number): boolean {
  if (depth > deepest || 'toJSON' in value) return false;
  return Array.isArray(value) ? addItems(measure, value, depth) : addFields(measure, value, depth);
}

function addText(measure: Measure, text: string): true {
  measure.bytes += text.length + 2;
  measure.atMost += text.length * worstEscape + 2;
  return true;
}

function addFixed(measure: Measure, bytes: number, atMost: number): true {
  measure.bytes += bytes;
  measure.atMost += atMost;
  return true;
}

function addItems(measure: Measure, items: readonly unknown[], depth: number): boolean {
  addFixed(measure, items.length + 1, items.length + 2);
  for (const item of items) if (!add(measure, item, depth + 1)) return false;
  return true;
}

function addFields(measure: Measure, fields: object, depth: number): boolean {
  addFixed(measure, 2, 2);
  for (const key in fields) {
    addText(measure, key);
    addFixed(measure, 2, 2);
    if (!add(measure, (fields as Record<string, unknown>)[key], depth + 1)) return false;
  }
  return true;
}
