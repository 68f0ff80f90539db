import { join } from 'node:path';
import { expect, test } from 'vitest';
import { findLauncherProgram, type Surroundings } from '../../src/process/find-launcher-program.ts';

const folder = join(import.meta.dirname, '../../src/process');
const source: Surroundings = {
  electron: undefined,
  isSingleExecutable: false,
  filename: join(folder, 'find-launcher-program.ts'),
  runsTypeScript: true,
};

test('the program of a launcher is found beside the library', () => {
  expect(findLauncherProgram(source)).toBe(join(folder, 'launcher-program.ts'));
});

test.each<[where: string, other: Partial<Surroundings>]>([
  ['Electron', { electron: '38.0.0' }],
  ['a single executable application', { isSingleExecutable: true }],
  ['a bundle that is no ES module', { filename: undefined }],
  ['a bundle without its file', { filename: join(import.meta.dirname, 'app.js') }],
  ['a Node that reads no TypeScript', { runsTypeScript: false }],
])('a launcher has no program in %s', (_, other) => {
  expect(findLauncherProgram({ ...source, ...other })).toBeUndefined();
});
