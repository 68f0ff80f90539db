import { spawnSync } from 'node:child_process';
import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import { expect, it, onTestFinished } from 'vitest';
import { openFileStore } from '../../src/store/index.ts';
import { builtPath } from '../built.ts';

// A limit for the length of files ends a write in its midst, as a full disk does.
it.skipIf(process.platform === 'win32')(
  'On a disk that has no room a store keeps what it acknowledged, leaves nothing half-written, and goes on when there is room',
  async () => {
    const folder = mkdtempSync(path.join(tmpdir(), 'greenroom-disk-'));
    onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
    const library = pathToFileURL(path.join(await builtPath(), 'store/index.js')).href;
    const program = path.join(import.meta.dirname, 'fixtures/outgrows-its-disk.js');
    const limited = ['-c', 'ulimit -f 32; exec "$@"', 'sh', process.execPath, program, library, folder];
    const { stdout, stderr } = spawnSync('sh', limited, { encoding: 'utf8' });
    expect(stderr).toBe('');
    expect(stdout.split('\n')).toEqual([
      '10: stored (0 unfinished)',
      expect.stringMatching(/^100000: STORE_WRITE_FAILED: .*too large.* \(0 unfinished\)$/),
      '20: stored (0 unfinished)',
      '',
    ]);
    expect(readdirSync(folder).toSorted()).toEqual(['connections.json', 'connections.previous.json']);
    const store = await openFileStore({ folder });
    expect(store.get('lamp')).toEqual({ config: 'x'.repeat(20) });
    await store.close();
  },
);
