import { GreenroomError } from '../errors.ts';
import type { Json } from '../ipc/channel.ts';

/**
 * A copy of what an app gave for JSON, as the module will get it.
 * @throws {GreenroomError} `OPTION_INVALID` when it can't be JSON.
 */
export function asJson(id: string, option: string, value: unknown): Json {
  try {
    return JSON.parse(JSON.stringify(value)) as Json;
  } catch (cause) {
    const why = cause instanceof Error ? cause.message : String(cause);
    throw new GreenroomError(
      'OPTION_INVALID',
      `The ${option} of connection "${id}" can't be sent to its module, because it is not JSON: ${why}.`,
      { data: { option }, cause },
    );
  }
}
