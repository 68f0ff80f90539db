/** A message that waits. */
export interface Late {
  readonly name: string;
  readonly payload: object;
}

type Row = { readonly id: string };

/** What is a state: of two that wait, the newer one is enough. */
const states: ReadonlySet<string> = new Set([
  'set-status',
  'setActionDefinitions',
  'setFeedbackDefinitions',
  'setPresetDefinitions',
  'setVariableDefinitions',
]);

/** The lists of values, of which the newest of each id is enough. */
const lists: ReadonlyMap<string, string> = new Map([
  ['setVariableValues', 'newValues'],
  ['updateFeedbackValues', 'values'],
]);

/** True for messages that say how things are: of these no more than one of each name waits. */
export function isState(name: string): boolean {
  return combination(name) !== undefined;
}

/** The messages that wait, this one added: it replaces or completes one of the same name, in that one's place. */
export function mergeLate(late: readonly Late[], message: Late): Late[] {
  const before = late.findIndex(({ name }) => name === message.name);
  const combine = combination(message.name);
  if (before === -1 || combine === undefined) return [...late, message];
  const payload = combine((late[before] as Late).payload, message.payload);
  return late.with(before, { name: message.name, payload });
}

function combination(name: string): ((old: object, next: object) => object) | undefined {
  if (states.has(name)) return (_old, next) => next;
  if (name === 'saveConfig') return (old, next) => ({ ...old, ...next });
  const list = lists.get(name);
  if (list === undefined) return undefined;
  return (old, next) => {
    const rows = [...(rowsOf(old, list) ?? []), ...(rowsOf(next, list) ?? [])];
    return { [list]: [...new Map(rows.map((row) => [row.id, row])).values()] };
  };
}

function rowsOf(payload: object, list: string): readonly Row[] | undefined {
  return (payload as Readonly<Record<string, readonly Row[] | undefined>>)[list];
}
