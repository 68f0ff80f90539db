import { explainDenial } from '../denial.ts';
import type { ModuleNews } from '../process/protocol.ts';

/** Reads the error that answered `$init`, whatever it contains. */
export function readInitFailure(error: unknown): ModuleNews {
  const { message, code, data } = (error ?? {}) as Record<string, unknown>;
  if (code === 'ERR_ACCESS_DENIED' || code === 'ERR_DLOPEN_DISABLED') {
    const denial = code === 'ERR_ACCESS_DENIED' ? data : { permission: 'Addon' };
    const said = `it ${explainDenial({ ...noDenial, ...(denial as object) })}`;
    return { type: 'module.initFailed', message: said, misconfigured: true };
  }
  return {
    type: 'module.initFailed',
    message:
      typeof message === 'string' && message !== '' ? message.slice(0, 10_000) : 'The module gave no reason.',
    misconfigured: code === 'MISCONFIGURED',
  };
}

const noDenial = { permission: undefined, resource: undefined };
