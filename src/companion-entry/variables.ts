import type { Tell } from './telling.ts';

export type VariableDefinitions = Readonly<Record<string, { readonly name?: string } | undefined>>;

/** The variables of a module and their newest values. */
export interface Variables {
  define(definitions: VariableDefinitions): void;
  set(values: Readonly<Record<string, unknown>>): void;
  get(id: string): unknown;
}

const banned: ReadonlySet<string> = new Set(['__proto__', 'constructor', 'prototype', 'toString', 'valueOf']);

/** A variable that is defined has a value, which is empty until it is set. Values for others are dropped and logged, unless `takesUndefined` says otherwise: then undefined deletes one. */
export function createVariables(
  tell: Tell,
  log: (message: string) => void,
  takesUndefined: () => boolean,
): Variables {
  const values = new Map<string, unknown>();
  const defined = new Set<string>();
  const isWanted = (id: string): boolean => !banned.has(id) && (defined.has(id) || takesUndefined());
  return {
    define(definitions) {
      const entries = Object.entries(definitions).filter(([id, definition]) => definition && !banned.has(id));
      defined.clear();
      for (const [id] of entries) defined.add(id);
      for (const id of values.keys()) if (!isWanted(id)) values.delete(id);
      for (const id of defined) if (!values.has(id)) values.set(id, '');
      tell('setVariableDefinitions', {
        variables: entries.map(([id, definition]) => ({ id, name: definition?.name ?? id })),
      });
    },
    set(given) {
      const entries = Object.entries(given);
      const wanted = entries.filter(([id]) => isWanted(id));
      if (wanted.length < entries.length) log(refusal(entries.filter(([id]) => !isWanted(id))));
      const newValues = wanted.map(([id, value]) => ({
        id,
        value: takesUndefined() ? value : (value ?? ''),
      }));
      for (const { id, value } of newValues) {
        if (value === undefined) values.delete(id);
        else values.set(id, value);
      }
      if (newValues.length > 0) tell('setVariableValues', { newValues });
    },
    get: (id) => values.get(id),
  };
}

function refusal(entries: readonly [string, unknown][]): string {
  const ids = entries.map(([id]) => id).join(', ');
  return `Values of variables that aren't defined are dropped: ${ids.slice(0, 500)}. Define them with setVariableDefinitions first.`;
}
