import type { Connection, Manager } from '../../index.ts';
import { struckOut } from '../../logging/struck-out.ts';
import type { News, Tell } from './news.ts';

/** Strikes the secrets of a connection out of a text. */
export type Redact = (connection: string, text: string) => string;

/** Strikes out also what is told of a connection that is the manager's no more. */
export function redactionOf(manager: Manager): Redact {
  const known = new Map<string, Connection>();
  return (id, text) => {
    if (manager.has(id)) known.set(id, manager.get(id));
    return known.get(id)?.redact(text) ?? text;
  };
}

/** Tells everything without the secrets of the connection that it is about, and without the tokens of its processes. */
export function withoutSecrets(manager: Manager, tell: Tell): Tell {
  const redact = redactionOf(manager);
  return (news) => {
    const id = 'connection' in news ? news.connection : null;
    tell(id === null ? news : (struckOut(news, (text) => redact(id, text), ours) as News));
  };
}

/** What whoever reads `--json` goes by, and no module has a say in. */
const ours: ReadonlySet<string> = new Set([
  'event',
  'connection',
  'state',
  'previous',
  'step',
  'next',
  'nextRetryAt',
  'phase',
  'cause',
  'signal',
  'stream',
]);
