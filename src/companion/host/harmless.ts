import { printableLines } from '../../logging/words.ts';

/** Calls a function of the app; what it throws, or its promise rejects with, becomes a warning of the process. */
export function harmless(run: () => unknown): void {
  try {
    const result = run();
    if (result instanceof Promise) result.catch(complain);
  } catch (error) {
    complain(error);
  }
}

/** Warns the process of something that may repeat what a module said. */
export function warn(text: string): void {
  process.emitWarning(printableLines(text), 'GreenroomWarning');
}

function complain(error: unknown): void {
  const text = error instanceof Error ? (error.stack ?? error.message) : String(error);
  warn(`A listener of a Companion module threw: ${text}`);
}
