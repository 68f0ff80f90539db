import { byId, objectsIn, text } from './read.ts';

/** A variable that a module has; the same in every version of the module API. */
export interface Variable {
  /** Others write it as `$(label:id)`. */
  readonly id: string;
  /** For people. Default: the id. */
  readonly name: string;
}

/** Reads the `variables` of `setVariableDefinitions`, whatever they are. */
export function readVariables(list: unknown): ReadonlyMap<string, Variable> {
  return byId(list, (id, fields) => ({ id, name: text(fields.get('name'), id) }));
}

/** Reads new values, of variables (`newValues`) or feedbacks (`values`), by id; undefined is no value any more. Of two for the same id the later counts. */
export function readValues(list: unknown): ReadonlyMap<string, unknown> {
  return new Map(
    objectsIn(list).flatMap((fields) => {
      const id = fields.get('id');
      return typeof id === 'string' ? [[id, fields.get('value') ?? undefined] as const] : [];
    }),
  );
}
