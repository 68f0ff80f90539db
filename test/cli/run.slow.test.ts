import { expect, test } from 'vitest';
import { ask } from '../http/kit.ts';
import { fixture, start } from './command.ts';
import { connectionsFile } from './folder.ts';

const obedient = { id: 'obedient', module: fixture('obedient.js') };

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
