import { inspect } from 'node:util';
import { GreenroomError } from '../errors.ts';
import type { CallRequest } from './calls.ts';

export function wrongTimeout({ name, timeout }: CallRequest): GreenroomError {
  return new GreenroomError(
    'OPTION_INVALID',
    `Call "${name}": the timeout must be a number of milliseconds, 0 for none; got ${String(timeout)}.`,
    { data: { call: name } },
  );
}

export function wrongSignal({ name, signal }: CallRequest): GreenroomError {
  return new GreenroomError(
    'OPTION_INVALID',
    `Call "${name}": the signal must be an AbortSignal, as controller.signal is; got ${inspect(signal, { depth: 0 })}.`,
    { data: { call: name } },
  );
}

export function tooMany({ name }: CallRequest, waiting: number): GreenroomError {
  return new GreenroomError(
    'QUEUE_FULL',
    `Call "${name}" was not sent: ${waiting} calls wait for an answer already.`,
    {
      data: { call: name, waiting },
    },
  );
}

export function cancelled({ name, signal }: CallRequest): GreenroomError {
  return new GreenroomError('CALL_CANCELLED', `Call "${name}" was cancelled by its caller.`, {
    data: { call: name },
    cause: signal?.reason,
  });
}

export function timedOut({ name, timeout }: CallRequest): GreenroomError {
  return new GreenroomError('CALL_TIMED_OUT', `Call "${name}" was not answered within ${timeout} ms.`, {
    data: { call: name, timeout },
  });
}
