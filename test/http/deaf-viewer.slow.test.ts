import { subscribe, unsubscribe } from 'node:diagnostics_channel';
import type { ServerResponse } from 'node:http';
import { connect } from 'node:net';
import { expect, it, onTestFinished, vi } from 'vitest';
import type { Dashboard } from '../../src/dashboard/index.ts';
import { createTestManager } from '../../src/testing/test-manager.ts';
import { Audience, serve } from './kit.ts';

const polling = { timeout: 20_000 };

it('the event stream goes on for others while one viewer does not read, keeps little for it, and tells it the newest in the end', async () => {
  vi.useFakeTimers({ toFake: ['setInterval', 'clearInterval'] });
  onTestFinished(() => void vi.useRealTimers());
  const manager = createTestManager({ modules: {} });
  onTestFinished(() => manager[Symbol.asyncDispose]());
  const dashboard = await serve(manager);
  const one = manager.add({ id: 'one', module: 'x.js', enabled: false });
  const { deaf, response } = await deafViewer(dashboard);
  const audience = await Audience.open(dashboard);
  const length = 2 ** 20;
  // Far more than the system takes for one who doesn't read.
  for (let turn = 1; turn <= 32; turn++) {
    one.update({ label: `${turn} ${'.'.repeat(length)}` });
    vi.advanceTimersByTime(250);
    await audience.until(({ data }) => labelIn(data)?.startsWith(`${turn} `) ?? false);
  }
  expect(response.writableNeedDrain).toBe(true);
  expect(response.writableLength + (response.socket?.writableLength ?? 0)).toBeLessThan(4 * length);
  let heard = '';
  deaf.setEncoding('utf8').on('data', (text: string) => (heard = (heard + text).slice(-2 * length)));
  await vi.waitFor(() => expect(response.writableNeedDrain).toBe(false), polling);
  one.update({ label: 'the newest' });
  vi.advanceTimersByTime(250);
  await vi.waitFor(() => expect(heard).toContain('"label":"the newest"'), polling);
});

function labelIn(data: Record<string, unknown>): string | undefined {
  const items = data['items'] as { status: { label: string } }[] | undefined;
  return items?.[0]?.status.label;
}

/** One that asks for the events and reads nothing, with the server's side of it. */
async function deafViewer({ port, token }: Dashboard) {
  const opened = new Promise<ServerResponse>((resolve) => {
    const onStart = (message: unknown): void => resolve((message as { response: ServerResponse }).response);
    subscribe('http.server.request.start', onStart);
    onTestFinished(() => void unsubscribe('http.server.request.start', onStart));
  });
  const deaf = connect(port, '127.0.0.1');
  onTestFinished(() => void deaf.destroy());
  deaf.write(
    `GET /api/v1/events HTTP/1.1\r\nhost: 127.0.0.1:${port}\r\nauthorization: Bearer ${token}\r\n\r\n`,
  );
  return { deaf, response: await opened };
}
