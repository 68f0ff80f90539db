import type { ModuleNews } from '../process/protocol.ts';

/** Reads the error that answered `$init`, whatever it contains. */
export function readInitFailure(error: unknown): ModuleNews {
  const { message, code } = (error ?? {}) as Record<string, unknown>;
  return {
    type: 'module.initFailed',
    message:
      typeof message === 'string' && message !== '' ? message.slice(0, 10_000) : 'The module gave no reason.',
    misconfigured: code === 'MISCONFIGURED',
  };
}
