import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { expect, it } from 'vitest';

const run = promisify(execFile);
const script = join(import.meta.dirname, '../../scripts/check-model.mjs');

it('finds every promise kept in every configuration of the small level, and says how large it is', async () => {
  const { stdout } = await run(process.execPath, [script, '--level', 'small', '--json']);
  const [level, ...others] = stdout
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line) as { configurations: number });
  expect(others).toEqual([]);
  expect(level).toEqual({
    level: 'small',
    configurations: expect.any(Number),
    transitions: expect.any(Number),
    seconds: expect.any(Number),
    violations: 0,
    closed: true,
    stories: [],
  });
  expect(level!.configurations).toBeGreaterThan(5000);
});

it('says which levels there are when it is asked for another', async () => {
  await expect(run(process.execPath, [script, '--level', 'enormous'])).rejects.toMatchObject({
    code: 2,
    stderr: expect.stringContaining('No level is called enormous: there are small, '),
  });
});
