import { excerpt } from '../ipc/excerpt.ts';
import { fieldsOf } from './fields.ts';

/** The id under which an answer is expected: text up to base 1.4, a number from 1.5. It goes back as it came. */
export type CallbackId = string | number;

/** A message of a module, with its payload still as text. */
export type Envelope =
  | {
      readonly is: 'call';
      readonly name: string;
      readonly text: string | undefined;
      /** Undefined when no answer is wanted. */
      readonly callbackId: CallbackId | undefined;
    }
  | {
      readonly is: 'response';
      readonly callbackId: CallbackId;
      readonly success: boolean;
      readonly text: string | undefined;
    }
  | { readonly is: 'wrong'; readonly why: string };

/** Reads one frame, whatever it is. */
export function readEnvelope(frame: unknown): Envelope {
  const fields = fieldsOf(frame);
  const text: unknown = fields.get('payload') ?? undefined;
  if (text !== undefined && typeof text !== 'string') return wrong('has a payload that is no text', frame);
  const direction: unknown = fields.get('direction');
  if (direction === 'call') return readCall(fields, text, frame);
  if (direction === 'response') return readResponse(fields, text, frame);
  return wrong('is neither a call nor a response', frame);
}

function readCall(fields: ReadonlyMap<string, unknown>, text: string | undefined, frame: unknown): Envelope {
  const name = fields.get('name');
  if (typeof name !== 'string' || name === '') return wrong('is a call without a name', frame);
  const callbackId = fields.get('callbackId') ?? undefined;
  if (callbackId !== undefined && !isCallbackId(callbackId))
    return wrong('has a callbackId that is neither text nor number', frame);
  return { is: 'call', name, text, callbackId };
}

function readResponse(
  fields: ReadonlyMap<string, unknown>,
  text: string | undefined,
  frame: unknown,
): Envelope {
  const callbackId = fields.get('callbackId');
  if (!isCallbackId(callbackId)) return wrong('is a response without a callbackId', frame);
  return { is: 'response', callbackId, success: fields.get('success') === true, text };
}

function isCallbackId(value: unknown): value is CallbackId {
  return typeof value === 'string' || typeof value === 'number';
}

function wrong(what: string, frame: unknown): Envelope {
  return {
    is: 'wrong',
    why: `A message of the module ${what}: ${excerpt(frame)}`,
  };
}
