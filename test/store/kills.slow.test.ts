import { execFile } from 'node:child_process';
import path from 'node:path';
import { promisify } from 'node:util';
import { expect, it } from 'vitest';
import { builtPath } from '../built.ts';

const run = promisify(execFile);

it('Whenever a host is killed, what its store acknowledged is on disk, whole, with everything that belongs to it, and nobody is locked out', async () => {
  await builtPath();
  const script = path.join(import.meta.dirname, '../../scripts/store-kills.mjs');
  const { stdout } = await run(process.execPath, [script, '--kills', '15']);
  expect(stdout).toMatch(/^15 kills, \d+ acknowledged writes, .* 0 problems/);
  expect(Number(/(\d+) acknowledged/.exec(stdout)?.[1])).toBeGreaterThanOrEqual(15);
});
