import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { fixture, root, start, type JsonEvent } from './command.ts';
import { eventKeys } from './events.ts';
import { connectionsFile } from './folder.ts';

const keysOf = ({ time: _time, event: _event, ...rest }: JsonEvent): string[] => Object.keys(rest);

test('docs/cli.md lists each event of --json with its keys', () => {
  const page = readFileSync(join(root, 'docs/cli.md'), 'utf8');
  const section = page.slice(page.indexOf('### The events of --json'));
  const rows = Array.from(section.matchAll(/^\| `(\w+)` \| .* \| (.*) \|$/gm), ([, event, keys]) => [
    event,
    Array.from(keys!.matchAll(/`(\w+)`/g), ([, key]) => key),
  ]);
  expect(Object.fromEntries(rows)).toEqual(eventKeys);
});

test('--json tells of a killed module: its exit with the cause, and the next incarnation with another pid', async () => {
  const file = connectionsFile({
    connections: [
      { id: 'one', module: fixture('obedient.js') },
      { id: 'two', module: fixture('says-what-nobody-knows.mjs') },
      { id: 'three', module: { command: ['there-is-no-such-program'], optional: 'Install it.' } },
    ],
  });
  const command = await start(['run', file, '--json']);
  const first = await command.event({ event: 'status', connection: 'one', state: 'ready' });
  await command.event({ event: 'status', connection: 'two', state: 'ready' });
  process.kill(first['pid'] as number, 'SIGKILL');
  const exit = await command.event({ event: 'exit', connection: 'one' });
  expect(exit).toMatchObject({
    incarnation: 1,
    pid: first['pid'],
    phase: 'ready',
    cause: 'signal',
    signal: 'SIGKILL',
    crash: true,
  });
  expect(exit['lastWords']).toEqual(['a line']);
  const second = await command.event({ event: 'status', connection: 'one', state: 'ready', incarnation: 2 });
  expect(second['pid']).not.toBe(first['pid']);
  command.process.kill('SIGTERM');
  expect(await command.ended).toMatchObject({ code: 0, stderr: '' });

  const { events } = command;
  expect(events[0]).toMatchObject({
    event: 'started',
    file,
    pid: command.process.pid,
    connections: ['one', 'two'],
  });
  expect(events).toContainEqual(
    expect.objectContaining({
      event: 'leftOut',
      connection: 'three',
      reason: 'There is no program there-is-no-such-program here. Install it.',
    }),
  );
  expect(events).toContainEqual(
    expect.objectContaining({ event: 'output', connection: 'one', stream: 'stdout', line: 'a line' }),
  );
  expect(events).toContainEqual(
    expect.objectContaining({
      event: 'moduleStatus',
      connection: 'one',
      level: 'ok',
      status: 'ok',
      message: 'all well',
    }),
  );
  expect(events).toContainEqual(
    expect.objectContaining({
      event: 'log',
      connection: 'one',
      level: 'info',
      message: 'a word for the log',
    }),
  );
  expect(events).toContainEqual(
    expect.objectContaining({ event: 'discarded', connection: 'two', reason: 'malformed' }),
  );
  expect(events).toContainEqual(
    expect.objectContaining({ event: 'exit', connection: 'two', cause: 'stopped', code: 3, crash: false }),
  );
  expect(events.at(-2)).toMatchObject({ event: 'status', state: 'removed' });
  expect(events.at(-1)).toMatchObject({ event: 'stopped', exitCode: 0 });
  for (const event of events) {
    expect([event.event, keysOf(event)]).toEqual([
      event.event,
      eventKeys[event.event as keyof typeof eventKeys],
    ]);
    expect(new Date(event.time).toISOString()).toBe(event.time);
  }
});

test('when whoever reads the events goes away, everything is stopped in order and quietly', async () => {
  const file = connectionsFile({ connections: [{ id: 'one', module: fixture('obedient.js') }] });
  const command = await start(['run', file, '--json']);
  const { pid } = await command.event({ event: 'status', connection: 'one', state: 'ready' });
  command.process.stdout?.destroy();
  process.kill(pid as number, 'SIGKILL');
  expect(await command.ended).toMatchObject({ code: 0, stderr: '' });
});
