import { z } from 'zod';

/** A strict object whose complaint about a key it doesn't know names those it knows. */
export function object<S extends z.ZodRawShape>(expected: string, shape: S) {
  return z.strictObject(shape, {
    error: (issue) => {
      if (issue.code === 'unrecognized_keys') return `Known here: ${Object.keys(shape).join(', ')}.`;
      return issue.code === 'invalid_type' ? expected : undefined;
    },
  });
}

/** A text that is not empty; `expected` says in error messages what it is. */
export function text(expected: string) {
  return z.string({ error: expected }).min(1, { error: expected });
}
