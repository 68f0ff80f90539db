import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { begin, fixture, type Command, type Ended } from './command.ts';
import { connectionsFileIn } from './folder.ts';

const folder = mkdtempSync(join(tmpdir(), 'greenroom-escapes-'));
const env = { GREENROOM_RUNTIME_DIR: join(folder, 'runs'), NO_COLOR: '1' };
const id = 'ru\u009B31mde';
const module = fixture('speaks-in-escapes.mjs');
const file = connectionsFileIn(folder, { connections: [{ id, module, policy: { restart: 'temporary' } }] });
let run: Command;

beforeAll(async () => {
  run = await begin(['run', file, '--json'], { env });
  await run.event({ event: 'status', connection: id, state: 'failed' });
});

afterAll(async () => {
  run.process.kill('SIGTERM');
  await run.ended;
  rmSync(folder, { recursive: true, force: true });
});

const commands = [
  ['status'],
  ['status', '--json'],
  ['status', id],
  ['status', id, '--json'],
  ['logs'],
  ['logs', '--json'],
  ['enable', id, '--wait'],
  ['enable', id, '--wait', '--json'],
  ['check', module],
].map((args) => ({ args }));

test.concurrent.each(commands)(
  'greenroom $args hands nothing of a module to the terminal that could write over it',
  async ({ args }) => {
    const { stdout, stderr } = await (await begin(args, { env })).ended;
    expect(stdout + stderr).toContain('red');
    expect(stdout + stderr).not.toMatch(/[^\P{Cc}\n]|\p{Bidi_Control}/u);
  },
);

test.concurrent('greenroom restart says no name as it is that could write over the terminal', async () => {
  const { code, stderr } = await (await begin(['restart', `${id}x`], { env })).ended;
  expect(code).toBe(2);
  expect(stderr).toMatch(/There is no connection "ru.*dex"/);
  expect(stderr).not.toMatch(/[^\P{Cc}\n]/u);
});

test.concurrent.each(['--json', '--no-control'])(
  'greenroom run %s writes nothing of the kind either',
  async (option) => {
    const args = ['run', file, '--until', 'ready', '--timeout', '10', option];
    const ended: Ended = await (
      await begin(args, { env: { ...env, GREENROOM_RUNTIME_DIR: join(folder, option) } })
    ).ended;
    expect(ended.code).toBe(1);
    expect(ended.stdout).toContain('red');
    expect(ended.stdout + ended.stderr).not.toMatch(/[^\P{Cc}\n]|\p{Bidi_Control}/u);
  },
);
