import { inspect } from 'node:util';
import { GreenroomError } from '../errors.ts';

const early: ReadonlySet<string> = new Set([
  'log-message',
  'set-status',
  'setActionDefinitions',
  'setFeedbackDefinitions',
  'setPresetDefinitions',
  'setVariableDefinitions',
  'setVariableValues',
]);

const reserved: ReadonlySet<string> = new Set(['init', 'destroy', 'register']);

/** True for what modules say before they register: newer bases log first, and constructors may define things. */
export function isEarly(name: string): boolean {
  return early.has(name);
}

/** @throws {GreenroomError} `OPTION_INVALID` for what is no text, `ORDER_REJECTED` for the calls that belong to the life of the process and are not the app's to send. */
export function refuseReserved(name: string): void {
  if (typeof name !== 'string')
    throw new GreenroomError('OPTION_INVALID', `A name must be a text; it is ${inspect(name)}.`);
  if (!reserved.has(name)) return;
  throw new GreenroomError(
    'ORDER_REJECTED',
    `"${name}" is sent to a Companion module by its connection alone. Enable, disable or restart the connection instead.`,
    { data: { name } },
  );
}
