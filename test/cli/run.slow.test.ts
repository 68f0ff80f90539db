import { once } from 'node:events';
import { closeSync, existsSync, openSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { expect, test } from 'vitest';
import { lives } from '../faults/operating-system.ts';
import { ask } from '../http/kit.ts';
import { fixture, greenroom, start } from './command.ts';
import { connectionsFile } from './folder.ts';

const obedient = { id: 'obedient', module: fixture('obedient.js') };

test('--until ready ends with 1 and the reason of each connection when the time is over', async () => {
  const failing = { id: 'failing', module: fixture('fails-its-init.js') };
  const file = connectionsFile({ connections: [obedient, failing] });
  const { code, stdout } = await greenroom('run', file, '--until', 'ready', '--timeout', '1');
  expect(code).toBe(1);
  expect(stdout).toMatch(/^[\d:]+ failing +not ready: .*the device said no/m);
  expect(stdout).not.toMatch(/^[\d:]+ obedient +not ready/m);
});

test('--until ready does not wait for the end of the time when only a change can help', async () => {
  const missing = { id: 'missing', module: './not-there.js' };
  const file = connectionsFile({ connections: [obedient, missing] });
  const { code, stdout } = await greenroom('run', file, '--until', 'ready', '--timeout', '600');
  expect(code).toBe(1);
  expect(stdout).toContain(`there is no file ${join(dirname(file), 'not-there.js')}`);
});

test('a first SIGINT stops everything in order and says whom it waits for, a second kills at once', async () => {
  const stubborn = {
    id: 'stubborn',
    module: fixture('never-stops.js'),
    policy: { deadlines: { ask: 60_000 } },
  };
  const file = connectionsFile({ connections: [obedient, stubborn] });
  const command = await start(['run', file, '--json']);
  const { pid } = await command.event({ event: 'status', connection: 'stubborn', state: 'ready' });
  await command.event({ event: 'status', connection: 'obedient', state: 'ready' });
  command.process.kill('SIGINT');
  await command.event({ event: 'stopping', why: 'SIGINT', force: false });
  expect(await command.event({ event: 'exit', connection: 'obedient' })).toMatchObject({
    cause: 'stopped',
    code: 0,
  });
  expect(await command.event({ event: 'waiting', connection: 'stubborn' })).toMatchObject({
    step: 'asking',
    pid,
  });
  expect(lives(pid as number)).toBe(true);
  command.process.kill('SIGINT');
  expect((await command.ended).code).toBe(130);
  expect(await command.event({ event: 'exit', connection: 'stubborn' })).toMatchObject({ signal: 'SIGKILL' });
  expect(lives(pid as number)).toBe(false);
});

test('SIGTERM before --until ready is decided ends with 143', async () => {
  const file = connectionsFile({ connections: [{ id: 'sh', module: { command: ['sleep', '600'] } }] });
  const command = await start(['run', file, '--json', '--until', 'ready']);
  const { pid } = await command.event({ event: 'status', connection: 'sh', state: 'registering' });
  command.process.kill('SIGTERM');
  expect((await command.ended).code).toBe(143);
  expect(lives(pid as number)).toBe(false);
});

test.skipIf(!existsSync('/dev/full'))(
  'a full disk costs lines and no module, which it says once',
  async () => {
    const file = connectionsFile({ connections: [obedient] });
    const full = openSync('/dev/full', 'w');
    const command = await start(['run', file, '--json'], { stdout: full });
    closeSync(full);
    await once(command.process.stderr!, 'data');
    command.process.kill('SIGTERM');
    const { code, stderr } = await command.ended;
    expect(code).toBe(0);
    expect(stderr.match(/GreenroomWarning: .*ENOSPC/g)).toHaveLength(1);
  },
);

test('a reader that has stalled does not hold up the end', async () => {
  const file = connectionsFile({ connections: [{ id: 'lamp', module: fixture('says-much-at-its-end.js') }] });
  const command = await start(['run', file, '--json']);
  const { pid } = await command.event({ event: 'status', connection: 'lamp', state: 'ready' });
  command.process.stdout?.pause();
  command.process.kill('SIGTERM');
  const [code] = await once(command.process, 'exit');
  command.process.stdout?.resume();
  expect(code).toBe(0);
  expect(lives(pid as number)).toBe(false);
});

test('a signal that comes twice at once counts as one', async () => {
  const file = connectionsFile({ connections: [obedient] });
  const command = await start(['run', file, '--json']);
  await command.event({ event: 'status', connection: 'obedient', state: 'ready' });
  command.process.kill('SIGINT');
  await command.event({ event: 'stopping' });
  command.process.kill('SIGINT');
  expect((await command.ended).code).toBe(0);
  expect(command.events.filter(({ event }) => event === 'stopping')).toHaveLength(1);
});

test('--dashboard says the link of a dashboard that shows the connections, and ends with the run', async () => {
  const token = 'a-token-of-the-environment';
  const origin = 'https://studio.example';
  const file = connectionsFile({ connections: [obedient] });
  const command = await start(['run', file, '--json', '--dashboard=0'], {
    env: { GREENROOM_DASHBOARD_TOKEN: token, GREENROOM_DASHBOARD_ORIGINS: `http://a.example, ${origin}` },
  });
  const link = (await command.event({ event: 'dashboard' }))['link'] as string;
  expect(link).toMatch(/^http:\/\/127\.0\.0\.1:\d+\/#token=a-token-of-the-environment$/);
  await command.event({ event: 'status', connection: 'obedient', state: 'ready' });
  const address = new URL('/api/v1/status', link);
  const answer = await fetch(address, { headers: { authorization: `Bearer ${token}` } });
  expect(await answer.json()).toMatchObject({ connections: [{ id: 'obedient', state: 'ready' }] });
  const { port } = address;
  const behind = await ask({ port: Number(port), token }, '/api/v1/status', { headers: { origin } });
  expect(behind.status).toBe(200);
  command.process.kill('SIGINT');
  expect((await command.ended).code).toBe(0);
});
