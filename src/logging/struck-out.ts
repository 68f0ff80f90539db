/** The value with its secrets struck out of each text in it, but for what stands under a name in `ours`, in which nobody else has a say. */
export function struckOut(
  value: unknown,
  redact: (text: string) => string,
  ours: ReadonlySet<string> = nothing,
): unknown {
  if (typeof value === 'string') return redact(value);
  if (Array.isArray(value)) return value.map((part) => struckOut(part, redact, ours));
  if (typeof value !== 'object' || value === null) return value;
  const entries = Object.entries(value);
  return Object.fromEntries(
    entries.map(([name, part]) => [name, ours.has(name) ? part : struckOut(part, redact, ours)]),
  );
}

const nothing: ReadonlySet<string> = new Set();
