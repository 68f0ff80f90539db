import { PassThrough } from 'node:stream';
import { setImmediate as turn } from 'node:timers/promises';
import { expect, test } from 'vitest';
import { watchForDebugger } from '../../src/process/debugger.ts';

async function hear(...chunks: string[]): Promise<string[]> {
  const stderr = new PassThrough();
  const heard: string[] = [];
  watchForDebugger(stderr, (state) => heard.push(state));
  for (const chunk of chunks) {
    stderr.write(chunk);
    await turn();
  }
  return heard;
}

const listening = 'Debugger listening on ws://127.0.0.1:9229/0\nFor help, see: https://nodejs.org\n';
const ending = 'Debugger ending on ws://127.0.0.1:9229/0\nFor help, see: https://nodejs.org\n';

test('tells that a debugger can attach, attaches and goes, each change once', async () => {
  const heard = await hear(listening, 'Debugger attached.\n', 'Debugger attached.\n', ending, ending);
  expect(heard).toEqual(['listening', 'attached', 'listening']);
});

test('understands what comes in pieces, or with other lines', async () => {
  const heard = await hear(
    'warning\nDebug',
    'ger listening on w',
    `${listening.slice(23)}mine\nDebugger att`,
    'ached.\n',
  );
  expect(heard).toEqual(['listening', 'attached']);
});

test('takes nobody for debugged who never listened', async () => {
  expect(await hear('Debugger attached.\n', ending)).toEqual([]);
});
