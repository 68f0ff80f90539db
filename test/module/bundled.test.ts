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

test('the script of which V8 keeps what it compiled is the same code, in ASCII and with nothing to import', async () => {
  const script = readFileSync('dist/bundled/module.script.js', 'utf8');
  const code = readFileSync('dist/bundled/module.js', 'utf8');
  expect(script).toMatch(/^[\0-\x7f]+$/);
  expect(script).not.toMatch(/^(?:import|export) /m);
  // Their lines are the same, so what a trace says of one holds for the other.
  const lineOf = (text: string) =>
    text.split('\n').findIndex((line) => line.startsWith('function runModule('));
  expect(lineOf(script)).toBeGreaterThan(0);
  expect(lineOf(script)).toBe(lineOf(code));
  const [full, cached] = await Promise.all(
    ['module.js', 'module.cached.mjs'].map(
      async (name) => (await import(path.resolve('dist/bundled', name))) as object,
    ),
  );
  expect(Object.keys(cached ?? {})).toEqual(Object.keys(full ?? {}));
});

test('greenroom/module is the bundled one', async () => {
  const file = createRequire(import.meta.url).resolve('greenroom/module');
  expect(path.relative(process.cwd(), file)).toBe(path.join('dist', 'bundled', 'module.js'));
  const { runModule, misconfigured } = (await import(file)) as Record<string, unknown>;
  expect([typeof runModule, typeof misconfigured]).toEqual(['function', 'function']);
});
