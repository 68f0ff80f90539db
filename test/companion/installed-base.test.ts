import { mkdirSync, mkdtempSync, realpathSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { findInstalledBase } from '../../src/companion/installed-base.ts';

let root: string;
beforeEach(() => {
  root = realpathSync(mkdtempSync(path.join(tmpdir(), 'greenroom-base-')));
});
afterEach(() => rmSync(root, { recursive: true, force: true }));

const at = (...parts: string[]) => path.join(root, ...parts);

describe('The base of a module', () => {
  it('is read from the module’s own folder, and what it needs from where it was hoisted to', async () => {
    put('modules/lamp/node_modules/@companion-module/base', {
      version: '2.0.4',
      dependencies: { colours: '1' },
    });
    put('node_modules/colours', { version: '1.0.0' });
    expect(await findInstalledBase(at('modules/lamp/main.js'))).toEqual({
      version: '2.0.4',
      folders: [at('modules/lamp/node_modules'), at('node_modules')],
    });
  });

  it('may be a link into a store of packages, as what it needs, and what that needs in turn', async () => {
    put('store/base/node_modules/@companion-module/base', {
      version: '1.14.1',
      dependencies: { colours: '1' },
    });
    put('store/colours/node_modules/colours', { version: '1.0.0', dependencies: { tints: '1' } });
    put('store/tints/node_modules/tints', { version: '1.0.0', dependencies: { colours: '1' } });
    link('store/colours/node_modules/colours', 'store/base/node_modules/colours');
    link('store/tints/node_modules/tints', 'store/colours/node_modules/tints');
    link('store/colours/node_modules/colours', 'store/tints/node_modules/colours');
    link('store/base/node_modules/@companion-module/base', 'lamp/node_modules/@companion-module/base');
    const stored = ['base', 'colours', 'tints'];
    expect(await findInstalledBase(at('lamp/main.js'))).toEqual({
      version: '1.14.1',
      folders: [at('lamp/node_modules'), ...stored.map((name) => at('store', name, 'node_modules'))],
    });
  });

  it('is there without what it needs, and none if its package.json says nothing', async () => {
    put('lamp/node_modules/@companion-module/base', { version: '1.4.3', dependencies: { missing: '1' } });
    put('damaged/node_modules/@companion-module/base', null);
    expect(await findInstalledBase(at('lamp/main.js'))).toEqual({
      version: '1.4.3',
      folders: [at('lamp/node_modules')],
    });
    expect(await findInstalledBase(at('damaged/main.js'))).toBeNull();
  });
});

function put(folder: string, content: object | null): void {
  mkdirSync(at(folder), { recursive: true });
  writeFileSync(at(folder, 'package.json'), content === null ? '{' : JSON.stringify(content));
}

function link(target: string, place: string): void {
  mkdirSync(path.dirname(at(place)), { recursive: true });
  symlinkSync(at(target), at(place));
}
