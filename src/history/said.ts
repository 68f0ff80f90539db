/** How a module says it is. */
export type SaidLevel = 'ok' | 'warning' | 'error';

/** What a module says of itself. */
export type Said =
  | {
      readonly kind: 'status';
      readonly level: SaidLevel;
      /** Its own word, which is the level itself in our own protocol. */
      readonly status: string;
      readonly message: string;
    }
  | { readonly kind: 'log'; readonly level: string; readonly message: string };

/** What a message of a module says of the module, in our own protocol or in Companion's; null if it is the app's business. */
export function saidIn(name: string, payload: unknown): Said | null {
  const said = textsOf(payload);
  if (name === '$log' || name === 'log-message')
    return { kind: 'log', level: said('level') || 'info', message: said('message') };
  if (name === '$status') {
    const status = said('level');
    return { kind: 'status', level: nativeLevel(status), status, message: said('message') };
  }
  if (name !== 'set-status') return null;
  const status = said('status');
  return { kind: 'status', level: companionLevel(status), status, message: said('message') };
}

/** Modules take liberties with what they send, so everything becomes a text. */
function textsOf(payload: unknown): (name: string) => string {
  const fields = (typeof payload === 'object' && payload !== null ? payload : {}) as Record<string, unknown>;
  return (name) => {
    const value = Object.hasOwn(fields, name) ? fields[name] : null;
    if (value === null || value === undefined) return '';
    return typeof value === 'string' ? value : JSON.stringify(value);
  };
}

// Whatever else a module writes there isn't one of the three.
function nativeLevel(level: string): SaidLevel {
  return level === 'ok' || level === 'error' ? level : 'warning';
}

function companionLevel(status: string): SaidLevel {
  if (status === 'ok') return 'ok';
  return ['connecting', 'disconnected', 'unknown_warning', ''].includes(status) ? 'warning' : 'error';
}
