import { spawnSync } from 'node:child_process';
import { chmodSync, existsSync, mkdtempSync, readdirSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { createServer as createTcpServer, type AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { beforeEach, describe, expect, onTestFinished, test, vi } from 'vitest';
import { announce, type Announcement } from '../../src/cli/control/announcement.ts';
import { findRun } from '../../src/cli/control/find-run.ts';
import { runtimeFolders } from '../../src/cli/control/runtime-folder.ts';
import { createManager } from '../../src/index.ts';
import { serve } from '../http/kit.ts';

let folder: string;
let complaints: string[];

beforeEach(() => {
  folder = join(mkdtempSync(join(tmpdir(), 'greenroom-runs-')), 'inside');
  complaints = [];
  vi.stubEnv('GREENROOM_RUNTIME_DIR', folder);
  vi.spyOn(console, 'error').mockImplementation((text: string) => void complaints.push(text));
  onTestFinished(() => {
    vi.unstubAllEnvs();
    vi.restoreAllMocks();
    rmSync(join(folder, '..'), { recursive: true, force: true });
  });
});

/** Lets a run be found that is this very process. */
async function running(file: string, changes: Partial<Announcement> = {}) {
  const dashboard = await serve(createManager());
  const { url, token, instance } = dashboard;
  const announced = await announce({ pid: process.pid, file, url, token, instance, ...changes });
  onTestFinished(() => announced.withdraw());
  return { ...announced, dashboard };
}

function goneProcess(): number {
  return spawnSync(process.execPath, ['--version']).pid;
}

describe('a run', () => {
  test('is found by a file that only its user can read, in a folder that only its user can open', async () => {
    const { path } = await running('/a.json');
    expect(statSync(path).mode & 0o777).toBe(0o600);
    expect(statSync(folder).mode & 0o777).toBe(0o700);
    expect((await findRun(null)).run).toMatchObject({ pid: process.pid, file: '/a.json' });
    expect(complaints).toEqual([]);
  });

  test('that has ended is found no more', async () => {
    const { withdraw } = await running('/a.json');
    withdraw();
    expect(readdirSync(folder)).toEqual([]);
    await expect(findRun(null)).rejects.toThrow(
      `Nothing runs here. Start something with "greenroom run <file.json>", without --no-control. (Looked in ${folder}.)`,
    );
  });

  test('must be named where there are several: by its process or its file', async () => {
    await running('/a.json', { pid: process.pid });
    await running('/b.json', { pid: process.ppid });
    await expect(findRun(null)).rejects.toThrow(
      /^Several run here: \d+ \(\/[ab]\.json\), \d+ \(\/[ab]\.json\)\. Say which with --run <pid>\.$/,
    );
    expect((await findRun('/b.json')).run).toMatchObject({ file: '/b.json' });
    expect((await findRun(String(process.pid))).run).toMatchObject({ file: '/a.json' });
    await expect(findRun('/c.json')).rejects.toThrow('No run here is /c.json; there is');
  });
});

describe('what a run has left behind that was killed', () => {
  test('is recognised by its process, removed and told', async () => {
    const pid = goneProcess();
    const { path } = await running('/a.json', { pid });
    await expect(findRun(null)).rejects.toThrow('Nothing runs here.');
    expect(existsSync(path)).toBe(false);
    expect(complaints).toEqual([
      `The run ${pid} of /a.json ended without a word (its process is gone); removed ${path}.`,
    ]);
  });

  test('is recognised where another process has its number, and nobody its port', async () => {
    const { path, dashboard } = await running('/a.json');
    await dashboard.close();
    await expect(findRun(null)).rejects.toThrow('Nothing runs here.');
    expect(existsSync(path)).toBe(false);
    expect(complaints[0]).toContain('(nothing answers there)');
  });

  test('is recognised where somebody else has its port, who agrees to everything', async () => {
    const stranger = createServer((_, response) => response.end('{}'));
    onTestFinished(() => void stranger.close());
    await new Promise<void>((resolve) => stranger.listen(0, '127.0.0.1', resolve));
    const { port } = stranger.address() as AddressInfo;
    const { path } = await running('/a.json', { url: `http://127.0.0.1:${port}/` });
    await expect(findRun(null)).rejects.toThrow('Nothing runs here.');
    expect(existsSync(path)).toBe(false);
    expect(complaints[0]).toContain('(something else answers there)');
  });
});

describe('a run in another namespace', () => {
  const namespaces = 'pid:[1] net:[1]';

  test('is left alone where it can not be reached', async () => {
    const { path, dashboard } = await running('/a.json', { namespaces });
    await dashboard.close();
    await expect(findRun(null)).rejects.toThrow('Nothing runs here.');
    expect(existsSync(path)).toBe(true);
    expect(complaints).toEqual([
      `The run ${process.pid} of /a.json can't be reached from here (nothing answers there): it was started in another namespace of processes or of the network. Ask it from there.`,
    ]);
  });

  test('is found where it answers, whatever its number means here', async () => {
    await running('/a.json', { namespaces, pid: goneProcess() });
    expect((await findRun(null)).run).toMatchObject({ file: '/a.json' });
    expect(complaints).toEqual([]);
  });
});

describe('a run that lives', () => {
  test('is not given up because asking it goes wrong', async () => {
    const moody = createTcpServer((socket) => socket.destroy());
    onTestFinished(() => void moody.close());
    await new Promise<void>((resolve) => moody.listen(0, '127.0.0.1', resolve));
    const { port } = moody.address() as AddressInfo;
    const { path } = await running('/a.json', { url: `http://127.0.0.1:${port}/` });
    const client = await findRun(null);
    expect(client.run).toMatchObject({ file: '/a.json' });
    await expect(client.get('status')).rejects.toThrow(
      `The run ${process.pid} of /a.json can't be asked: socket hang up.`,
    );
    expect(existsSync(path)).toBe(true);
    expect(complaints).toEqual([]);
  });

  test('is asked directly, whatever proxies there are', async () => {
    const key = Symbol.for('undici.globalDispatcher.1');
    const all = globalThis as unknown as Record<symbol, unknown>;
    // Made by the first call of it.
    await fetch('data:,').catch(() => null);
    const dispatcher = all[key];
    const asked: unknown[] = [];
    all[key] = {
      dispatch(options: object) {
        asked.push(options);
        throw new Error('somebody else has seen the token');
      },
    };
    onTestFinished(() => void (all[key] = dispatcher));
    await running('/a.json');
    expect((await findRun(null)).run).toMatchObject({ file: '/a.json' });
    expect(asked).toEqual([]);
  });
});

describe('the folder of runs', () => {
  test('is neither written nor read when it is open to others', async () => {
    await running('/a.json');
    chmodSync(folder, 0o755);
    const danger = `${folder} is open to others. Close it: chmod 700 ${folder}`;
    await expect(running('/b.json')).rejects.toThrow(danger);
    await expect(findRun(null)).rejects.toThrow('Nothing runs here.');
    expect(complaints).toEqual([`Left out: ${danger}`]);
  });

  test('is the one of the session, or one of the user in the folder for temporary files', () => {
    const user = process.getuid?.();
    expect(runtimeFolders({ XDG_RUNTIME_DIR: '/run/x' })[0]).toBe('/run/x/greenroom');
    expect(runtimeFolders({ XDG_RUNTIME_DIR: 'relative' })[0]).toBe(join(tmpdir(), `greenroom-${user}`));
    expect(runtimeFolders({})).toContain(`/run/user/${user}/greenroom`);
  });

  test('may hold what is no announcement', async () => {
    await running('/a.json');
    writeFileSync(join(folder, 'x.run.json'), '{"pid": 1}');
    writeFileSync(join(folder, 'y.run.json'), 'nonsense');
    expect((await findRun(null)).run).toMatchObject({ file: '/a.json' });
  });
});
