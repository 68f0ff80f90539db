import { mkdirSync, symlinkSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { expect, test } from 'vitest';
import { greenroom, root, start } from './command.ts';
import { connectionsFile } from './folder.ts';

test('the example of npm start gets ready without Python too, and says that it does', async () => {
  const folder = join(dirname(connectionsFile('')), 'bin');
  mkdirSync(folder);
  symlinkSync(process.execPath, join(folder, 'node'));
  const command = await start(['run', 'examples/studio/greenroom.json', '--until', 'ready'], {
    env: { PATH: folder },
  });
  const { code, stdout } = await command.ended;
  expect(stdout).toContain('left out: There is no program python3 here. Install Python 3.9 or later');
  expect(stdout).toMatch(/all ready after .*: projector-device, projector, mixer, clock, moody$/m);
  expect(code).toBe(0);
});

test('the example of npm start gets ready with all its connections', async () => {
  const { code, stdout } = await greenroom(
    'run',
    join(root, 'examples/studio/greenroom.json'),
    '--until',
    'ready',
  );
  expect(stdout).toMatch(
    /all ready after .*: projector-device, projector, mixer, clock, thermometer, moody$/m,
  );
  expect(code).toBe(0);
});
