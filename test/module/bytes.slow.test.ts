import { describe, expect, test, vi } from 'vitest';
import { commandModule, nodeModule } from '../../src/native/index.ts';
import { fixture, hostModule, type HostOptions, readyModule } from './host-side.ts';

const patient = { timeout: 15_000, interval: 5 };
const bytes = (...all: number[]): Uint8Array => new Uint8Array(all);

function carrier(channel: string) {
  const file = fixture('carries-bytes.mjs');
  if (channel === 'node') return nodeModule({ path: file, channel: 'node' });
  if (channel === 'fd:3') return nodeModule(file);
  return commandModule({ command: process.execPath, args: [file], channel: 'stdio' });
}

describe.each(['node', 'fd:3', 'stdio'])('bytes on the channel %s', (channel) => {
  test('go both ways in calls, answers and notifications, whatever is in them', async () => {
    const asked: unknown[] = [];
    const call: HostOptions['call'] = async (_, payload) => {
      asked.push(payload);
      return { answer: bytes(3) };
    };
    const { session, notification, refused, exit, notified } = await readyModule(
      carrier(channel),
      {},
      { call },
    );
    const every = Uint8Array.from({ length: 256 }, (_, byte) => byte);
    const large = Uint8Array.from({ length: 900_000 }, (_, at) => at % 251);
    expect(await session.call('echo', { every, list: ['=', every] }, {})).toEqual({
      every,
      list: ['=', every],
    });
    expect(Buffer.compare((await session.call('echo', large, {})) as Uint8Array, large)).toBe(0);
    expect(await session.call('reversed', { images: [bytes(1, 2), bytes()] }, {})).toEqual([
      bytes(2, 1),
      bytes(),
    ]);
    expect(await session.call('kind', Buffer.from('abc'), {})).toEqual([true, false, 3]);
    expect(await session.call('ask', bytes(1), {})).toEqual({ answer: bytes(3) });
    expect(asked).toEqual([{ bytes: bytes(1) }]);
    await session.call('tell', bytes(9), {});
    expect(await notification('told')).toEqual([bytes(9)]);
    await expect(session.call('wrong', null, {})).rejects.toMatchObject({
      data: { remoteCode: 'FRAME_MALFORMED' },
    });
    if (channel === 'node') return;
    session.call('leave', 900_000, {}).catch(() => {});
    await exit;
    await vi.waitFor(() => expect(notified.at(-1)).toEqual(['very last', bytes(1, 2)]), patient);
    expect(notified.at(-2)).toEqual(['last', new Uint8Array(900_000).fill(7)]);
    expect(refused).toEqual([]);
  });
});

test('bytes are refused on both sides when one of them speaks version 1 only', async () => {
  const alter = (frame: unknown): unknown =>
    (frame as { type: string }).type === 'register' ? { ...(frame as object), versions: [1] } : frame;
  const { session } = await readyModule(nodeModule(fixture('carries-bytes.mjs')), {}, { alter });
  await expect(session.call('echo', bytes(1), {})).rejects.toMatchObject({ code: 'FRAME_MALFORMED' });
  await expect(session.call('reversed', { images: [[1]] }, {})).resolves.toEqual([[1]]);
  await expect(session.call('wrong', null, {})).rejects.toMatchObject({
    data: { remoteCode: 'FRAME_MALFORMED', remoteMessage: expect.stringContaining('version 1') },
  });
});

test('a module offers all versions', async () => {
  const { frames, reported } = await hostModule(nodeModule(fixture('carries-bytes.mjs')));
  await reported('module.registered');
  expect(frames[0]).toMatchObject({ type: 'register', versions: [1, 2, 3, 4] });
});
