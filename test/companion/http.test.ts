import { once } from 'node:events';
import { createServer } from 'node:http';
import { type AddressInfo, connect } from 'node:net';
import { expect, it, onTestFinished } from 'vitest';
import { answerHttp } from '../../src/companion/host/http.ts';
import type { CompanionConnection } from '../../src/companion/host/watchable.ts';

it('a module can’t say where its answer ends, and so not begin another one', async () => {
  const forged = 'HTTP/1.1 200 OK\r\ncontent-length: 6\r\n\r\nforged';
  const port = await answering({
    headers: {
      'Content-Length': '4',
      'transfer-encoding': 'chunked',
      Connection: 'close',
      'keep-alive': 'timeout=1',
      'proxy-connection': 'close',
      TE: 'trailers',
      trailer: 'x-mine',
      upgrade: 'websocket',
      'x-mine': 'kept',
    },
    body: `mine${forged}`,
  });
  const text = await said(
    port,
    'GET / HTTP/1.1\r\nhost: a\r\n\r\nGET / HTTP/1.1\r\nhost: a\r\nconnection: close\r\n\r\n',
  );
  const [first = '', second = ''] = text.split(/(?<=forged)(?=HTTP\/1\.1)/);
  for (const answer of [first, second]) {
    expect(answer).toMatch(/^HTTP\/1\.1 200 OK\r\n/);
    expect(answer).toContain('x-mine: kept\r\n');
    expect(answer).toContain(
      `content-length: ${4 + forged.length}\r\n`.replace('content-length', 'Content-Length'),
    );
    expect(answer).not.toMatch(/transfer-encoding|timeout=1|proxy-connection|\r\nTE:|trailer|upgrade/i);
    expect(answer.endsWith(`\r\n\r\nmine${forged}`)).toBe(true);
  }
  expect(first).toContain('Connection: keep-alive\r\n');
});

/** Serves what a module answers; resolves with the port. */
async function answering(answer: object): Promise<number> {
  const connection = { id: 'lamp', label: 'lamp', call: async () => ({ response: answer }) };
  const server = createServer((request, response) => {
    const target = { connection: connection as unknown as CompanionConnection, baseUrl: '', path: '/' };
    void answerHttp(request, response, target);
  });
  onTestFinished(() => void server.close());
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return (server.address() as AddressInfo).port;
}

/** All that the server says on one connection until it closes it. */
async function said(port: number, requests: string): Promise<string> {
  const socket = connect(port, '127.0.0.1');
  socket.end(requests);
  let text = '';
  for await (const piece of socket.setEncoding('utf8')) text += String(piece);
  return text;
}
