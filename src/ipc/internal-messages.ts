import { GreenroomError } from '../errors.ts';

/** Node keeps messages whose `cmd` starts with `NODE_` to itself: they never reach `process.on('message')`. */
export function isInternal(message: unknown): message is { readonly cmd: string } {
  if (typeof message !== 'object' || message === null || !Object.hasOwn(message, 'cmd')) return false;
  const { cmd } = message as { cmd: unknown };
  return typeof cmd === 'string' && cmd.startsWith('NODE_');
}

/** @throws {GreenroomError} `FRAME_MALFORMED` for a message that the other side's Node would keep to itself. */
export function refuseInternal(message: unknown): void {
  if (!isInternal(message)) return;
  throw new GreenroomError(
    'FRAME_MALFORMED',
    `A message was not sent: Node would keep it from its receiver, because its cmd, "${message.cmd}", starts with NODE_. Name it otherwise.`,
  );
}
