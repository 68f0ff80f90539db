import { fieldsOf } from '../fields.ts';

/** A text, or what stands for none. */
export function text<N>(value: unknown, none: N): string | N {
  return typeof value === 'string' ? value : none;
}

/** A number that is one, or null. */
export function numberOrNull(value: unknown): number | null {
  return typeof value === 'number' && Number.isFinite(value) ? value : null;
}

/** The entries of a list that are objects, each with its own fields; none unless it is a list. */
export function objectsIn(value: unknown): ReadonlyMap<string, unknown>[] {
  return listIn(value)
    .filter((entry) => typeof entry === 'object' && entry !== null)
    .map(fieldsOf);
}

/** The list, or an empty one. */
export function listIn(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : [];
}

/** The texts of a list. */
export function textsIn(value: unknown): string[] {
  return listIn(value).filter((entry) => typeof entry === 'string');
}

/** Those that have an id, read by `read`, by their ids; of two with the same id the later one counts. */
export function byId<D>(
  value: unknown,
  read: (id: string, fields: ReadonlyMap<string, unknown>) => D,
): ReadonlyMap<string, D> {
  return new Map(
    objectsIn(value).flatMap((fields) => {
      const id = fields.get('id');
      return typeof id === 'string' && id !== '' ? [[id, read(id, fields)] as const] : [];
    }),
  );
}
