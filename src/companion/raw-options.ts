import type { OptionValues } from './payloads.ts';

interface RawValue {
  readonly isExpression: boolean;
  readonly value: unknown;
}

/** Options as upgrade scripts of API 2.x read them: each says whether it is an expression. */
export function rawOptions(options: OptionValues): OptionValues {
  return mapped(options, rawValue);
}

/** Options as the app keeps them: plain, but for expressions. */
export function tidyOptions(options: OptionValues): OptionValues {
  return mapped(options, tidyValue);
}

/** The same for one value. */
export function rawValue(value: unknown): unknown {
  return isRaw(value) ? value : { isExpression: false, value };
}

export function tidyValue(value: unknown): unknown {
  return isRaw(value) && !value.isExpression ? value.value : value;
}

function mapped(options: OptionValues, change: (value: unknown) => unknown): OptionValues {
  return Object.fromEntries(Object.entries(options).map(([key, value]) => [key, change(value)]));
}

function isRaw(value: unknown): value is RawValue {
  return (
    typeof value === 'object' &&
    value !== null &&
    'value' in value &&
    typeof (value as { isExpression?: unknown }).isExpression === 'boolean'
  );
}
