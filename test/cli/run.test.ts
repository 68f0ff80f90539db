import { expect, test } from 'vitest';
import { lives } from '../faults/operating-system.ts';
import { fixture, greenroom } from './command.ts';
import { connectionsFile } from './folder.ts';

const obedient = { id: 'obedient', module: fixture('obedient.js') };

test('--until ready ends with 0 when all enabled connections are ready, and leaves no process', async () => {
  const off = { id: 'off', module: fixture('never-stops.js'), enabled: false };
  const file = connectionsFile({ connections: [obedient, off] });
  const { code, stdout } = await greenroom('run', file, '--until', 'ready', '--json');
  expect(code).toBe(0);
  expect(stdout).toContain('"event":"ready","connections":["obedient"]');
  const pids = Array.from(stdout.matchAll(/"state":"ready".*"pid":(\d+)/g), ([, pid]) => Number(pid));
  expect(pids).toHaveLength(1);
  expect(pids.filter(lives)).toEqual([]);
});
