import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import type { Readable } from 'node:stream';
import { text } from 'node:stream/consumers';
import { afterEach, describe, expect, test } from 'vitest';
import { nodeChannel } from '../../src/ipc/node.ts';
import { Recorder, until } from './recorder.ts';

const children: ChildProcess[] = [];

function host({ startsNow = true } = {}) {
  const { child } = echo({ listens: false });
  const [channel, recorder] = [nodeChannel(child), new Recorder()];
  if (startsNow) channel.start(recorder);
  return { child, channel, recorder };
}

function echo({ listens = true } = {}) {
  const program = join(import.meta.dirname, 'fixtures', 'node-channel-echo.mjs');
  const child = spawn(process.execPath, [program], { stdio: ['ignore', 'pipe', 'inherit', 'ipc'] });
  children.push(child);
  const heard: unknown[] = [];
  if (listens) child.on('message', (message) => heard.push(message));
  return { child, heard, output: text(child.stdout as Readable), exit: once(child, 'exit') };
}

afterEach(() => {
  for (const child of children.splice(0)) child.kill('SIGKILL');
});

describe('in a child process', () => {
  test('messages go both ways', async () => {
    const { child, heard } = echo();
    for (const message of ['a', null, { b: [1] }]) child.send(message as object);
    await until(() => heard.length === 3);
    expect(heard).toEqual([{ echo: 'a' }, { echo: null }, { echo: { b: [1] } }]);
  });

  test('the process lives as long as the host keeps the channel, and ends by itself afterwards', async () => {
    const { child, heard, output, exit } = echo();
    child.send('hello');
    await until(() => heard.length === 1);
    child.disconnect();
    expect(await exit).toEqual([0, null]);
    expect(await output).toBe('closed\n');
  });

  test('the process ends by itself when it closes the channel', async () => {
    const { child, heard, output, exit } = echo();
    const disconnect = once(child, 'disconnect');
    for (const message of ['last', 'close', 'too late']) child.send(message);
    await disconnect;
    expect(await exit).toEqual([0, null]);
    expect(await output).toBe('closed\n');
    expect(heard).toEqual([{ echo: 'last' }]);
  });
});

test('a message that Node would keep to itself is refused', async () => {
  const { child, recorder, channel } = host();
  expect(() => channel.send({ cmd: 'NODE_LIKE' })).toThrow(
    expect.objectContaining({ code: 'FRAME_MALFORMED' }),
  );
  channel.send({ cmd: 'other' });
  await until(() => recorder.messages.length === 1);
  expect(recorder.messages).toEqual([{ echo: { cmd: 'other' } }]);
  child.disconnect();
});

test('what a process said before it ended is kept until the start', async () => {
  const { child, recorder, channel } = host({ startsNow: false });
  const disconnect = once(child, 'disconnect');
  channel.send('hello');
  channel.send('close');
  await disconnect;
  channel.start(recorder);
  await until(() => recorder.closes > 0);
  expect(recorder.events).toEqual([{ message: { echo: 'hello' } }, 'closed']);
});

test('a process that was started without a channel has one that is closed', async () => {
  const child = spawn(process.execPath, ['--version'], { stdio: 'ignore' });
  children.push(child);
  const channel = nodeChannel(child);
  const recorder = new Recorder();
  expect(channel.isOpen).toBe(false);
  expect(() => channel.send('x')).toThrow(expect.objectContaining({ code: 'CHANNEL_CLOSED' }));
  channel.start(recorder);
  await until(() => recorder.closes > 0);
});
