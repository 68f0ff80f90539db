import { remoteError } from '../ipc/remote-error.ts';
import { decode } from './ejson.ts';

/** What a module sent back for one of our calls. */
export interface RemoteAnswer {
  readonly success: boolean;
  readonly text: string | undefined;
}

/**
 * The result a module gave.
 * @throws {GreenroomError} `CALL_FAILED` when it gave an error instead, or something that can't be read.
 */
export function readAnswer(name: string, answer: RemoteAnswer): unknown {
  let value: unknown;
  try {
    value = decode(answer.text);
  } catch (cause) {
    throw remoteError(name, {
      name: 'Error',
      message: cause instanceof Error ? cause.message : String(cause),
    });
  }
  if (answer.success) return value;
  throw remoteError(name, value ?? { message: 'it gave no reason' });
}
