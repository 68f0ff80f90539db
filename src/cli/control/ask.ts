import { Agent, request, type IncomingMessage } from 'node:http';

/** What to ask with. */
export interface Asked {
  readonly method: string;
  readonly headers: Readonly<Record<string, string>>;
  /** Ends the wait for the answer, and the answer itself. */
  readonly signal: AbortSignal;
}

/** Asks a server of this machine; resolves with its answer, whose body is still to be read. Rejects as `node:http` does. */
export function ask(url: URL, asked: Asked): Promise<IncomingMessage> {
  return new Promise((resolve, reject) => {
    // An agent of its own goes through no proxy, whatever the environment says: what is asked, and the token, are this machine's business.
    const sent = request(url, { ...asked, agent: new Agent() });
    sent.on('response', resolve).on('error', reject).end();
  });
}

/** The body of an answer. Rejects when it is broken off. */
export async function textOf(answer: IncomingMessage): Promise<string> {
  let text = '';
  for await (const piece of answer.setEncoding('utf8')) text += String(piece);
  return text;
}
