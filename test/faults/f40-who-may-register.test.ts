import { execFileSync } from 'node:child_process';
import { expect, test } from 'vitest';
import { nodeModule } from '../../src/index.ts';
import { createStage, fixture } from './manager.ts';
import { environmentOf, until } from './operating-system.ts';
import { tokensTold } from './tokens.ts';

const onLinux = test.runIf(process.platform === 'linux');

function lending(when: 'first' | 'later', what: 'replay' | 'guess') {
  return nodeModule({
    path: fixture('lends-its-channel.js'),
    args: [when, what],
    permissions: { childProcess: true },
  });
}

test('[F40] another process that registers first, with a guessed token, is refused, and its incarnation is put down', async () => {
  await using stage = createStage({ policy: { backoff: { initial: 45_000, most: 45_000 } } });
  const connection = stage.add(lending('first', 'guess'));
  const { lastExit } = await connection.waitFor('backingOff');
  expect(lastExit).toMatchObject({ cause: 'wrong-token', phase: 'registering', crash: true });
  expect(lastExit?.detail).toContain('Module intruder registered with a token that is not this process’s');
  expect(stage.journal.states(connection.id)).not.toContain('initialising');
});

test.each([
  ['replays the token', 'replay', 'Module intruder registered;'],
  ['guesses one', 'guess', 'Module intruder registered with a token that is not this process’s;'],
] as const)(
  '[F40] another process that registers on the channel of a ready module and %s is refused, counted and reported',
  async (_, what, told) => {
    await using stage = createStage();
    const connection = stage.add(lending('later', what));
    const { pid } = await connection.waitFor('ready');
    connection.notify('intrude', null);
    await until('the second register was read', () => connection.status.discarded.duplicate > 0);
    expect(stage.journal.discarded).toMatchObject([
      { connection: connection.id, incarnation: 1, reason: 'duplicate', name: 'module.registered' },
    ]);
    expect(stage.journal.discarded[0]!.detail).toContain(told);
    expect(connection.status).toMatchObject({ state: 'ready', pid, incarnation: 1 });
  },
);

// What any program of the same user can do without stopping the module and reading its memory.
const spy = `
const { openSync, readFileSync, readdirSync, readlinkSync } = require('node:fs');
const [, pid] = process.argv;
const seen = [readFileSync('/proc/' + pid + '/environ', 'latin1'), readFileSync('/proc/' + pid + '/cmdline', 'latin1')];
// A descriptor whose socket was closed may be gone, or another file by now.
const open = readdirSync('/proc/' + pid + '/fd');
const sockets = ['3', '4'].filter(
  (fd) => open.includes(fd) && readlinkSync('/proc/' + pid + '/fd/' + fd).startsWith('socket:'),
);
const opened = sockets.filter((fd) => {
  try { openSync('/proc/' + pid + '/fd/' + fd, 'r+'); return true; } catch { return false; }
});
console.log(JSON.stringify({ seen: seen.join(), opened, sockets }));
`;

onLinux(
  '[F40] another local process finds the token neither in the environment of a module, nor in its arguments, nor can it open its channel',
  async () => {
    await using stage = createStage();
    const tokens: string[] = [];
    const connection = stage.add(tokensTold(fixture('healthy.js'), tokens));
    const { pid } = await connection.waitFor('ready');
    const found = JSON.parse(
      execFileSync(process.execPath, ['-e', spy, String(pid)], { encoding: 'utf8' }),
    ) as { seen: string; opened: string[]; sockets: string[] };
    expect(tokens).toEqual([expect.stringMatching(/^[\da-f]{64}$/)]);
    expect(environmentOf(pid!)['GREENROOM_CONNECTION']).toBe(connection.id);
    expect(found.seen).toContain(connection.id);
    expect(found.seen).not.toContain(tokens[0]);
    expect(found.sockets).toContain('3');
    expect(found.opened).toEqual([]);
  },
);
