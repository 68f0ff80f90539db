import type { OptionValues } from '../payloads.ts';
import type { Field } from '../definitions/input-field.ts';

/** A text in which variables were replaced. */
export interface FilledText {
  readonly text: string;
  /** Those that it named, each once: `label:id`. */
  readonly variableIds: readonly string[];
}

/** The value of a variable, by the label of its connection and its own id; undefined where there is none. */
export type VariableLookup = (label: string, id: string) => unknown;

/** Replacements in one text, so that variables which name each other end. */
const mostReplacements = 100;
/** How long a text may get by them, in characters. */
const longestText = 1_048_576;
const reference = /\$\(([^:$()]+):([^$()]+)\)/;
/** What stands for a variable that has no value. */
const missing = '$NA';

/** Replaces `$(label:id)` by values, the innermost first; values may name further variables. What has no value, or one that makes the text longer than a million characters, becomes `$NA`. */
export function fillText(text: string, valueOf: VariableLookup): FilledText {
  const ids = new Set<string>();
  let filled = text;
  for (let times = 0; times < mostReplacements; times++) {
    const found = reference.exec(filled);
    if (found === null) break;
    const [whole, label = '', id = ''] = found;
    ids.add(`${label}:${id}`);
    const room = longestText - (filled.length - whole.length);
    const value = shown(valueOf(label, id));
    const fitting = value.length > room ? missing : value;
    filled = `${filled.slice(0, found.index)}${fitting}${filled.slice(found.index + whole.length)}`;
  }
  return { text: filled, variableIds: [...ids] };
}

/** Options as modules from API 1.13 on want them: with the variables replaced in the fields that take some. */
export function fillOptions(
  options: OptionValues,
  fields: readonly Field[],
  valueOf: VariableLookup,
): { readonly options: OptionValues; readonly variableIds: readonly string[] } {
  const takers = new Set(fields.filter(({ takesVariables }) => takesVariables).map(({ id }) => id));
  const ids = new Set<string>();
  const entries = Object.entries(options).map(([id, value]) => {
    if (!takers.has(id) || typeof value !== 'string') return [id, value];
    const { text, variableIds } = fillText(value, valueOf);
    for (const variable of variableIds) ids.add(variable);
    return [id, text];
  });
  return { options: Object.fromEntries(entries) as OptionValues, variableIds: [...ids] };
}

function shown(value: unknown): string {
  if (value === undefined || value === null) return missing;
  return typeof value === 'string' ? value : (JSON.stringify(value) ?? missing);
}
