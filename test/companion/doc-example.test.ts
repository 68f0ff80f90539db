import { execFile } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { promisify } from 'node:util';
import { expect, it } from 'vitest';

const root = path.resolve(import.meta.dirname, '../..');

it('The example in docs/companion.md runs as it is printed', async () => {
  const page = await readFile(path.join(root, 'docs/companion.md'), 'utf8');
  const [, code] = /```js\n(.*?)```/s.exec(page) ?? [];
  expect(code).toContain('companionModule');
  const { stdout } = await promisify(execFile)(
    process.execPath,
    ['--input-type=module', '--eval', code ?? ''],
    {
      cwd: root,
    },
  );
  expect(stdout).toContain("set-status { status: 'ok', message: '4 channels' }");
  expect(stdout).toContain("{ id: 'meter_2', value: -90 }");
});
