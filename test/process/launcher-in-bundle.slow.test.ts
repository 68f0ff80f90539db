import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { build } from 'vite';
import { builtPath } from '../built.ts';
import { fixture } from '../faults/manager.ts';

/** An app that always wants a launcher, and tells how it is with that once its module is ready. */
const app = (library: string): string => `
import { createManager } from ${JSON.stringify(library)};
const manager = createManager({ launcher: true });
const connection = manager.add({ id: 'bundled', module: ${JSON.stringify(fixture('healthy.js'))} });
connection.waitFor('ready').then(async () => {
  console.log(JSON.stringify(manager.status.launcher));
  await manager.stop();
});
`;

test('an app that is bundled as CommonJS has no launcher, and starts its modules itself', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'greenroom-bundle-'));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  const entry = join(folder, 'app.mjs');
  writeFileSync(entry, app(join(await builtPath(), 'index.js')));
  await build({
    configFile: false,
    logLevel: 'silent',
    ssr: { noExternal: true },
    build: {
      ssr: entry,
      outDir: join(folder, 'out'),
      rollupOptions: { output: { format: 'cjs', entryFileNames: 'app.js' } },
    },
  });
  const told = execFileSync(process.execPath, [join(folder, 'out/app.js')], { encoding: 'utf8' });
  expect(JSON.parse(told)).toEqual({ state: 'unavailable', pid: null, deaths: 0 });
});
