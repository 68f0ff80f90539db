/** Calls a function of the app; what it throws, or its promise rejects with, becomes a warning of the process. */
export function harmless(run: () => unknown): void {
  try {
    const result = run();
    if (result instanceof Promise) result.catch(warn);
  } catch (error) {
    warn(error);
  }
}

function warn(error: unknown): void {
  const text = error instanceof Error ? (error.stack ?? error.message) : String(error);
  process.emitWarning(`A listener of a Companion module threw: ${text}`, 'GreenroomWarning');
}
