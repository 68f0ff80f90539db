import { readFileSync } from 'node:fs';
import path from 'node:path';
import { expect, it } from 'vitest';
import { supportTable } from './features.ts';
import { sdk2, sdkVersions } from './sdk.ts';

const page = readFileSync(path.join(import.meta.dirname, '../../docs/companion.md'), 'utf8');

it('The page on Companion modules has the table of what works with which version of the SDK', () => {
  expect(page).toContain(`${supportTable()}\n`);
});

it('The page on Companion modules names all versions of the SDK that are tested', () => {
  const versions = [...sdkVersions, sdk2].map(({ version }) => version);
  expect(page).toContain(`(${versions.join(', ')})`);
});

it('All tested versions of the SDK are installed by npm run check:companion', () => {
  const { dependencies } = JSON.parse(
    readFileSync(path.join(import.meta.dirname, 'sdks/package.json'), 'utf8'),
  ) as { dependencies: Record<string, string> };
  const tested = [...sdkVersions, sdk2].map(({ alias, version }) => [
    alias,
    `npm:@companion-module/base@${version}`,
  ]);
  expect(dependencies).toEqual(Object.fromEntries(tested));
});
