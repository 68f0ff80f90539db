import type { Field } from './input-field.ts';

/**
 * Something a person might have entered into each of these fields: its default, else what its type and its limits allow; by id, config and secrets apart. Fields that are only
 * shown have none.
 * @example
 * const { config } = exampleValues(await companion(connection).getConfigFields());
 */
export function exampleValues(fields: readonly Field[]): {
  readonly config: Readonly<Record<string, unknown>>;
  readonly secrets: Readonly<Record<string, unknown>>;
} {
  const entered = fields.filter(({ type }) => type !== 'static-text');
  const entries = (secret: boolean) =>
    entered
      .filter(({ isSecret }) => isSecret === secret)
      .map((field) => [field.id, exampleOf(field)] as const);
  return { config: Object.fromEntries(entries(false)), secrets: Object.fromEntries(entries(true)) };
}

function exampleOf(field: Field): unknown {
  return field.default === undefined ? (examples.get(field.type) ?? aText)(field) : field.default;
}

const aText = ({ isRequired }: Field): unknown => (isRequired ? 'text' : '');

const examples: ReadonlyMap<string, (field: Field) => unknown> = new Map<string, (field: Field) => unknown>([
  ['number', ({ min, max }) => min ?? Math.min(0, max ?? 0)],
  ['checkbox', () => false],
  ['colorpicker', () => 0],
  ['dropdown', ({ choices }) => choices[0]?.id ?? ''],
  ['multidropdown', ({ choices, min }) => choices.slice(0, min ?? 0).map(({ id }) => id)],
]);
