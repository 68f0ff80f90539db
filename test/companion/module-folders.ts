import { mkdirSync, mkdtempSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { onTestFinished } from 'vitest';

const manifest = {
  id: 'lamp',
  name: 'lamp',
  shortname: 'lamp',
  description: 'A lamp',
  version: '1.0.0',
  license: 'MIT',
  repository: '',
  bugs: '',
  maintainers: [],
  legacyIds: [],
  manufacturer: 'Greenroom',
  products: ['Lamp'],
  keywords: [],
};
const runtime = { type: 'node22', api: 'nodejs-ipc', apiVersion: '1.14.1', entrypoint: '../main.js' };

/** Writes a Companion module that does nothing into a folder; returns its path. */
export function moduleIn(
  folder: string,
  name: string,
  change: { runtime?: object; [field: string]: unknown } = {},
): string {
  const module = path.join(folder, name);
  mkdirSync(path.join(module, 'companion'), { recursive: true });
  writeFileSync(path.join(module, 'main.js'), '');
  writeFileSync(
    path.join(module, 'companion', 'manifest.json'),
    JSON.stringify({ ...manifest, ...change, runtime: { ...runtime, ...change.runtime } }),
  );
  return module;
}

/** A folder that lasts as long as the test. */
export function temporary(): string {
  const folder = realpathSync(mkdtempSync(path.join(tmpdir(), 'greenroom-registry-')));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
}
