import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import path from 'node:path';
import { expect, test } from 'vitest';

// Each further file, and each import of a module of Node's own, costs every start of every module: docs/decisions/0019.
test.each([
  ['module.js', []],
  ['companion-entry.js', ['ejson']],
])('%s is all that a process loads of this library', (name, imported) => {
  const code = readFileSync(path.join('dist/bundled', name), 'utf8');
  const imports = [...code.matchAll(/^(?:import|export) (?:.+ from )?["'](?<from>[^"']+)["'];?$/gm)];
  expect(imports.map((found) => found.groups?.['from'])).toEqual(imported);
  expect(code).toMatch(/process\.getBuiltinModule\("node:net"\)/);
  expect(code).not.toMatch(/import\.meta|\bimport\(["']/);
});

test('greenroom/module is the bundled one', async () => {
  const file = createRequire(import.meta.url).resolve('greenroom/module');
  expect(path.relative(process.cwd(), file)).toBe(path.join('dist', 'bundled', 'module.js'));
  const { runModule, misconfigured } = (await import(file)) as Record<string, unknown>;
  expect([typeof runModule, typeof misconfigured]).toEqual(['function', 'function']);
});
