/** Catches what would end the process, in place of the test runner, until it is stopped. */
export function uncaughtErrors(): { stop(): unknown[] } {
  const caught: unknown[] = [];
  const others = process.listeners('uncaughtException');
  const catchOne = (error: unknown): unknown => caught.push(error);
  process.removeAllListeners('uncaughtException');
  process.on('uncaughtException', catchOne);
  return {
    stop() {
      process.off('uncaughtException', catchOne);
      for (const listener of others) process.on('uncaughtException', listener);
      return caught;
    },
  };
}
