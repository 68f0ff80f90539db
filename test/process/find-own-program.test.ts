import { join } from 'node:path';
import { expect, test } from 'vitest';
import { findOwnProgram, type Surroundings } from '../../src/process/find-own-program.ts';

const folder = join(import.meta.dirname, '../../src/process');
const source: Surroundings = {
  electron: undefined,
  isSingleExecutable: false,
  filename: join(folder, 'find-own-program.ts'),
  runsTypeScript: true,
};

test('a program of the library is found beside it', () => {
  expect(findOwnProgram('launcher-program', source)).toBe(join(folder, 'launcher-program.ts'));
});

test.each<[where: string, other: Partial<Surroundings>]>([
  ['Electron', { electron: '38.0.0' }],
  ['a single executable application', { isSingleExecutable: true }],
  ['a bundle that is no ES module', { filename: undefined }],
  ['a bundle without its file', { filename: join(import.meta.dirname, 'app.js') }],
  ['a Node that reads no TypeScript', { runsTypeScript: false }],
])('there is no program of ours in %s', (_, other) => {
  expect(findOwnProgram('launcher-program', { ...source, ...other })).toBeUndefined();
});
