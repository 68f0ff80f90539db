import type { WriteLine } from './logger.ts';

/** The same without ever throwing: a process warning says when lines begin to get lost, once until one is written again. */
export function safely(write: WriteLine): (...line: Parameters<WriteLine>) => void {
  let isBroken = false;
  const fail = (error: unknown): void => {
    if (isBroken) return;
    isBroken = true;
    const why = error instanceof Error ? error.message : String(error);
    process.emitWarning(
      `The logger fails, and lines are lost until it works again: ${why}`,
      'GreenroomWarning',
    );
  };
  return (level, message, fields) => {
    try {
      const result = write(level, message, fields);
      if (result instanceof Promise) result.then(() => (isBroken = false), fail);
      else isBroken = false;
    } catch (error) {
      fail(error);
    }
  };
}
