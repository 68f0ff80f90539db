import { fieldsOf } from '../fields.ts';
import type { OptionValues } from '../payloads.ts';
import { tidyOptions } from '../raw-options.ts';
import { numberOrNull, objectsIn, text } from './read.ts';

/** What a suggested control does at one press. */
export interface Step {
  /** Null for none, as always before 1.9. */
  readonly name: string | null;
  readonly down: readonly PresetAction[];
  readonly up: readonly PresetAction[];
  readonly rotateLeft: readonly PresetAction[];
  readonly rotateRight: readonly PresetAction[];
  /** What is done when it is let go after having been held, or already while it is held. */
  readonly held: readonly Held[];
}

/** What is done after a control was held for a while. */
export interface Held {
  /** Milliseconds. */
  readonly after: number;
  /** At that moment, not only when it is let go. Default false. */
  readonly whileHeld: boolean;
  readonly actions: readonly PresetAction[];
}

/** An action of a suggested control. */
export interface PresetAction {
  readonly actionId: string;
  /** Milliseconds to wait before it. Default 0. */
  readonly delay: number;
  /** Plain, but for expressions: `{ isExpression: true, value }` (2.0). */
  readonly options: OptionValues;
  /** Null for none. */
  readonly headline: string | null;
}

/** Reads the steps of a preset; in the field, those with `action_sets` inside stand beside plain ones. */
export function readSteps(list: unknown): readonly Step[] {
  return objectsIn(list).map((fields) => {
    const sets = fields.has('action_sets') ? fieldsOf(fields.get('action_sets')) : fields;
    return {
      name: text(fields.get('name'), null),
      down: actionsIn(sets.get('down')),
      up: actionsIn(sets.get('up')),
      rotateLeft: actionsIn(sets.get('rotate_left')),
      rotateRight: actionsIn(sets.get('rotate_right')),
      held: [...sets].flatMap(([name, set]) => (/^\d+$/.test(name) ? [heldOf(Number(name), set)] : [])),
    };
  });
}

/** A list of actions, or such a list with options. */
function heldOf(after: number, set: unknown): Held {
  if (Array.isArray(set)) return { after, whileHeld: false, actions: actionsIn(set) };
  const fields = fieldsOf(set);
  const whileHeld = fieldsOf(fields.get('options')).get('runWhileHeld') === true;
  return { after, whileHeld, actions: actionsIn(fields.get('actions')) };
}

function actionsIn(list: unknown): readonly PresetAction[] {
  return objectsIn(list).map((fields) => ({
    actionId: text(fields.get('actionId'), ''),
    delay: numberOrNull(fields.get('delay')) ?? 0,
    options: tidyOptions(Object.fromEntries(fieldsOf(fields.get('options')))),
    headline: text(fields.get('headline'), null),
  }));
}
