import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import type { Duplex } from 'node:stream';
import { text } from 'node:stream/consumers';
import { afterEach, describe, expect, test } from 'vitest';
import { ownedNodeChannel, ownedNodeEnvironment } from '../../src/ipc/owned-node.ts';
import { Recorder, until } from './recorder.ts';

const children: ChildProcess[] = [];

function run(fixture: string) {
  const child = spawn(process.execPath, [join(import.meta.dirname, 'fixtures', fixture)], {
    stdio: ['ignore', 'inherit', 'pipe', 'pipe'],
    env: { ...process.env, ...ownedNodeEnvironment },
  });
  children.push(child);
  const recorder = new Recorder();
  const channel = ownedNodeChannel(child.stdio[3] as Duplex);
  channel.start(recorder);
  return { child, recorder, channel, warnings: text(child.stderr as Duplex) };
}

afterEach(() => {
  for (const child of children.splice(0)) child.kill('SIGKILL');
});

describe('a child that writes garbage where its messages go', () => {
  test('is told on, cannot make the host throw, and is understood again afterwards', async () => {
    const { recorder, channel } = run('garbage-on-channel.mjs');
    await until(() => recorder.messages.length === 1);
    expect(recorder.malformed).toEqual([
      { reason: 'not-json', excerpt: 'not json', fatal: false },
      { reason: 'not-json', excerpt: '{"half":', fatal: false },
      { reason: 'not-json', excerpt: '"\uFFFD\uFFFD"', fatal: false },
      { reason: 'truncated', excerpt: '{"cmd":"NODE_WHATEVER"}', fatal: false },
      { reason: 'not-json', excerpt: '[[[[', fatal: false },
    ]);
    channel.send('and back');
    await until(() => recorder.messages.length === 2);
    expect(recorder.messages).toEqual(['still here', { echo: 'and back' }]);
  });
});

describe('messages of Node’s own', () => {
  test('cannot be sent by mistake, as the child would never see them', async () => {
    const { recorder, channel } = run('garbage-on-channel.mjs');
    expect(() => channel.send({ cmd: 'NODE_LIKE' })).toThrow(
      expect.objectContaining({ code: 'FRAME_MALFORMED' }),
    );
    channel.send({ cmd: 'other' });
    await until(() => recorder.messages.length === 2);
    expect(recorder.messages.at(-1)).toEqual({ echo: { cmd: 'other' } });
  });

  test('that carry a socket are refused, and the child says so and goes on', async () => {
    const { child, recorder, channel, warnings } = run('sends-a-handle.mjs');
    await until(() => recorder.messages.length === 1);
    expect(recorder.messages).toEqual(['after it']);
    expect(new Set(recorder.malformed.map(({ reason }) => reason))).toEqual(new Set(['truncated']));
    expect(recorder.malformed[0]?.excerpt).toContain('with a socket');
    channel.close();
    await once(child, 'exit');
    expect(await warnings).toContain('did not reach the receiving process');
  });
});
