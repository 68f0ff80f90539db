import { closeSync, readSync } from 'node:fs';
import { notAModuleProcess } from './not-a-module-process.ts';

/**
 * Reads the token of this process: one line. Waits for it, because a module registers in the tick in which it is ready to.
 * @throws {GreenroomError} `NOT_A_MODULE_PROCESS` when there is no such descriptor, or no token on it.
 */
export function takeToken(descriptor: number): string {
  const line = readLine(descriptor);
  if (/^[\da-f]{64}\n$/.test(line)) return line.trimEnd();
  throw notAModuleProcess(`there is no token on descriptor ${descriptor}`);
}

function readLine(descriptor: number): string {
  // Not a byte more: on stdin, frames follow.
  const line = Buffer.alloc(65);
  let length = 0;
  try {
    for (let read = -1; read !== 0 && length < line.length; length += read)
      read = readSync(descriptor, line, length, line.length - length, null);
    if (descriptor > 2) closeSync(descriptor);
  } catch {
    // It is not open, or not for reading.
  }
  return line.toString('latin1', 0, length);
}
