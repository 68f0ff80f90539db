import { readFileSync, readdirSync } from 'node:fs';
import { basename, extname, join } from 'node:path';
import { describe, expect, test } from 'vitest';

interface LinterConfig {
  readonly overrides: readonly { readonly files: readonly string[]; readonly rules: object }[];
}

const root = join(import.meta.dirname, '..');
const notOurs = new Set(['.git', 'node_modules', 'dist', 'coverage']);
const text = new Set([
  '.ts',
  '.mjs',
  '.js',
  '.cjs',
  '.json',
  '.md',
  '.py',
  '.yml',
  '.yaml',
  '.svg',
  '.html',
  '',
]);
const files = filesUnder('.').filter((file) => text.has(extname(file)));
const folders = readdirSync(join(root, 'src'), { withFileTypes: true })
  .filter((entry) => entry.isDirectory() && readdirSync(join(root, 'src', entry.name)).length > 0)
  .map((entry) => entry.name);

describe('names', () => {
  test('no folder or file is a drawer for things that have nothing in common', () => {
    const drawers = new Set(['utils', 'util', 'common', 'types', 'constants', 'helpers', 'misc', 'shared']);
    const names = (file: string): string[] => file.split('/').map((part) => part.split('.')[0] ?? '');
    expect(files.filter((file) => names(file).some((name) => drawers.has(name)))).toEqual([]);
  });

  test('files are named in small letters and hyphens', () => {
    const sources = files.filter((file) => /^(src|test|scripts)\/.*\.(ts|mjs)$/.test(file));
    expect(sources.filter((file) => !/^[a-z\d-]+(\.[a-z\d-]+)*$/.test(basename(file)))).toEqual([]);
  });
});

describe('folders of src', () => {
  test.each(folders)('docs/architecture.md says what src/%s is for', (folder) => {
    expect(contentOf('docs/architecture.md')).toContain(`src/${folder}`);
  });

  test.each(folders)('the linter knows what src/%s may import', (folder) => {
    const { overrides } = JSON.parse(contentOf('.oxlintrc.json')) as LinterConfig;
    const layers = overrides.filter(({ rules }) => 'no-restricted-imports' in rules);
    expect(layers.flatMap((layer) => layer.files)).toContain(`src/${folder}/**`);
  });
});

describe('contents', () => {
  test('no source file is longer than 200 lines', () => {
    const sources = files.filter((file) => /^(src|scripts)\//.test(file));
    expect(sources.filter((file) => contentOf(file).trimEnd().split('\n').length > 200)).toEqual([]);
  });

  test('nothing is left to be done later', () => {
    expect(filesThatSay(/\b(?:TO)DO\b|\bFIX(?:ME)\b|\bXX(?:X)\b/)).toEqual([]);
    expect(filesThatSay(/\b(?:test|it|describe)\.(?:skip|todo|fails)\(/)).toEqual([]);
  });

  test('no file names a path of somebody’s machine', () => {
    expect(filesThatSay(/(?<![\w.*})-])\/(?:work|home|root|Users)\/[\w.-]|\b[A-Z]:\\+Users\b/)).toEqual([]);
  });

  test('no file names a package registry', () => {
    expect(
      filesThatSay(/\bregistry\.[a-z\d-]+\.[a-z]{2,}|\/\/[\w.-]*(?:artifactory|nexus|verdaccio)/),
    ).toEqual([]);
  });

  test('the lock file holds no download addresses', () => {
    const lock = JSON.parse(contentOf('package-lock.json')) as {
      packages: Record<string, { resolved?: string }>;
    };
    const withAddress = Object.entries(lock.packages).filter(([, { resolved }]) =>
      /^\w+:/.test(resolved ?? ''),
    );
    expect(withAddress.map(([name]) => name)).toEqual([]);
  });
});

describe('errors', () => {
  test('docs/errors.md has one row for each error code and no other, in the order of the alphabet', () => {
    const codes = Array.from(contentOf('src/errors.ts').matchAll(/\| '([A-Z_]+)'/g), (match) =>
      String(match[1]),
    );
    const rows = Array.from(contentOf('docs/errors.md').matchAll(/^\| `([A-Z_]+)`/gm), (match) =>
      String(match[1]),
    );
    expect(codes.length).toBeGreaterThan(0);
    expect(rows).toEqual(codes.toSorted());
  });
});

function filesUnder(folder: string): string[] {
  return readdirSync(join(root, folder), { withFileTypes: true }).flatMap((entry) => {
    const path = join(folder, entry.name);
    if (notOurs.has(entry.name) || entry.isSymbolicLink()) return [];
    return entry.isDirectory() ? filesUnder(path) : [path];
  });
}

function filesThatSay(pattern: RegExp): string[] {
  return files.filter((file) => file !== 'package-lock.json' && pattern.test(contentOf(file)));
}

function contentOf(file: string): string {
  return readFileSync(join(root, file), 'utf8');
}
