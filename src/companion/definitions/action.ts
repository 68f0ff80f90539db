import { type Field, fieldIds, readFields } from './input-field.ts';
import { byId, numberOrNull, text } from './read.ts';

/** Something a module can do, as it is offered to people; the same in every version of the module API. */
export interface Action {
  readonly id: string;
  /** Default: the id. */
  readonly name: string;
  /** By which it is sorted, from 2.0. Default: the name. */
  readonly sortName: string;
  /** Null for none. */
  readonly description: string | null;
  /** What can be chosen for it. */
  readonly fields: readonly Field[];
  /** Its options can be learnt from the device: `learnAction`. */
  readonly hasLearn: boolean;
  /** Milliseconds that learning may take. Default 5000, as always before 1.7. */
  readonly learnTimeout: number;
  /** The module wants to hear of each placed one, by `updateActions`. Default true: before 1.12 modules don't say. */
  readonly isSubscribed: boolean;
  /** The fields whose change makes it subscribe anew. */
  readonly subscribesOn: readonly string[];
}

/** Milliseconds that learning takes at most where a definition doesn't say. */
const defaultLearnTimeout = 5000;

/** Reads the payload of `setActionDefinitions`, whatever it is. */
export function readActions(list: unknown): ReadonlyMap<string, Action> {
  return byId(list, (id, fields) => {
    const own = readFields(fields.get('options'));
    return {
      ...readHead(id, fields),
      fields: own,
      isSubscribed: fields.get('hasLifecycleFunctions') !== false,
      subscribesOn: subscribing(own, fields),
    };
  });
}

/** What actions and feedbacks have in common. */
export function readHead(id: string, fields: ReadonlyMap<string, unknown>) {
  const name = text(fields.get('name'), id);
  return {
    id,
    name,
    sortName: text(fields.get('sortName'), name),
    description: text(fields.get('description'), null),
    hasLearn: fields.get('hasLearn') === true,
    learnTimeout: numberOrNull(fields.get('learnTimeout')) ?? defaultLearnTimeout,
  };
}

/** 1.13 and 1.14 name the fields that don't count, 2.x names those that do, older ones none. */
function subscribing(own: readonly Field[], fields: ReadonlyMap<string, unknown>): readonly string[] {
  const watched = fieldIds(fields.get('optionsToMonitorForSubscribe'));
  if (watched !== null) return watched;
  const ignored = fieldIds(fields.get('optionsToIgnoreForSubscribe')) ?? [];
  return own.map(({ id }) => id).filter((id) => !ignored.includes(id));
}
