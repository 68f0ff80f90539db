import type { IncomingMessage } from 'node:http';

/** A body of a request is longer than is allowed. */
export class TooLong extends Error {}

/** The whole body as text. @throws {TooLong} as soon as more came than `most` bytes. */
export async function readBody(request: IncomingMessage, most: number): Promise<string> {
  const chunks: Buffer[] = [];
  let length = 0;
  for await (const chunk of request.iterator({ destroyOnReturn: false }) as AsyncIterable<Buffer>) {
    length += chunk.length;
    if (length > most) throw new TooLong(`The body of this request is longer than ${most} bytes.`);
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString('utf8');
}
