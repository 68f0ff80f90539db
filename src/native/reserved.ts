import type { ModuleNews } from '../process/protocol.ts';

/** What a notification whose name starts with `$` turns out to be. */
export type Reserved =
  | { readonly is: 'news'; readonly news: ModuleNews }
  /** For the app, under its reserved name; `early` ones may come before registration. */
  | { readonly is: 'message'; readonly early: boolean }
  | { readonly is: 'wrong'; readonly why: string };

/** Reads a reserved notification of a module. */
export function readReserved(name: string, payload: unknown): Reserved {
  if (name === '$unregister') return { is: 'news', news: { type: 'module.unregistered' } };
  if (name === '$extend') return extension(field(payload, 'milliseconds'));
  if (name === '$log') return text(payload, ['debug', 'info', 'warning', 'error'], true);
  if (name === '$status') return text(payload, ['ok', 'warning', 'error'], false);
  return {
    is: 'wrong',
    why: 'this reserved name is not known; a name of the module’s own must not start with $',
  };
}

function extension(milliseconds: unknown): Reserved {
  if (typeof milliseconds !== 'number' || !(milliseconds > 0)) {
    return { is: 'wrong', why: 'its payload must be {"milliseconds": a number above 0}' };
  }
  return { is: 'news', news: { type: 'module.extended', by: milliseconds } };
}

function text(payload: unknown, levels: readonly string[], early: boolean): Reserved {
  const level = field(payload, 'level');
  if (typeof level === 'string' && levels.includes(level) && typeof field(payload, 'message') === 'string') {
    return { is: 'message', early };
  }
  return {
    is: 'wrong',
    why: `its payload must be {"level": one of ${levels.join(', ')}, "message": a text}`,
  };
}

function field(payload: unknown, name: string): unknown {
  if (typeof payload !== 'object' || payload === null || !Object.hasOwn(payload, name)) return undefined;
  return (payload as Record<string, unknown>)[name];
}
