import { mkdtempSync, readdirSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from 'vitest';
import { connectionsFileIn } from './folder.ts';
import { begin, fixture, start, type Command, type Ended } from './command.ts';

const folder = mkdtempSync(join(tmpdir(), 'greenroom-runs-'));
const env = { GREENROOM_RUNTIME_DIR: join(folder, 'runs'), NO_COLOR: '1' };
const file = connectionsFileIn(folder, {
  connections: [
    { id: 'lamp', module: fixture('obedient.js') },
    { id: 'mixer', module: fixture('obedient.js') },
    { id: 'camera', module: './not-there.js' },
    { id: 'spare', module: fixture('obedient.js'), enabled: false },
  ],
});
let run: Command;

beforeAll(async () => {
  run = await begin(['run', file, '--json'], { env });
  await run.event({ event: 'status', connection: 'lamp', state: 'ready' });
  await run.event({ event: 'status', connection: 'mixer', state: 'ready' });
  await run.event({ event: 'status', connection: 'camera', state: 'misconfigured' });
});

afterAll(async () => {
  run.process.kill('SIGTERM');
  await run.ended;
  rmSync(folder, { recursive: true, force: true });
});

const greenroom = async (...args: readonly string[]): Promise<Ended> => (await begin(args, { env })).ended;

describe('greenroom status', () => {
  test('shows what is down and why, the worst first, and ends with 1 while one is', async () => {
    const { code, stdout, stderr } = await greenroom('status');
    expect({ code, stderr }).toEqual({ code: 1, stderr: '' });
    const [title, header, ...rows] = stdout.trimEnd().split('\n');
    expect(title).toBe(
      `greenroom · ${file} · pid ${run.process.pid} · 2 of 3 ready · 1 misconfigured · 1 disabled`,
    );
    expect(header).toMatch(/^ {2}STATE +CONNECTION SINCE +RUN +PID +RE\/H MODULE SAYS/);
    expect(rows[0]).toMatch(/^✗ misconfigured camera/);
    expect(stdout).toMatch(/misconfigured: .*there is no file .*not-there\.js/);
    expect(stdout).toMatch(/^● ready +lamp +\d+m?s +#1 +\d+ +ok: all well$/m);
    expect(rows.at(-1)).toMatch(/^– disabled +spare/);
  });

  test('--json is the status of the manager', async () => {
    const { code, stdout } = await greenroom('status', '--json');
    expect(code).toBe(1);
    expect(JSON.parse(stdout)).toMatchObject({
      state: 'running',
      connections: [{ id: 'lamp', state: 'ready' }, { id: 'mixer' }, { id: 'camera' }, { id: 'spare' }],
    });
  });

  test('of one connection says all that is known of it', async () => {
    const { code, stdout } = await greenroom('status', 'lamp');
    expect(code).toBe(0);
    expect(stdout).toMatch(/^Connection lamp: ready since/m);
    const story = JSON.parse((await greenroom('status', 'lamp', '--json')).stdout) as object;
    expect(story).toMatchObject({ status: { id: 'lamp' }, lives: [{ incarnation: 1, exit: null }] });
    expect(await greenroom('status', 'lmp')).toMatchObject({
      code: 2,
      stdout: '',
      stderr: 'There is no connection "lmp". Did you mean lamp? See greenroom --help.\n',
    });
  });
});

describe('an order', () => {
  test('to restart with --wait ends when another process is ready', async () => {
    const { code, stdout, stderr } = await greenroom('restart', 'lamp', '--wait');
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    const { pid } = await run.event({ event: 'status', connection: 'lamp', state: 'ready', incarnation: 2 });
    expect(stdout).toBe(`lamp: ready, run 2, pid ${String(pid)}\n`);
  });

  test('to disable and to enable again is done, and one that makes no sense is refused', async () => {
    expect(await greenroom('disable', 'mixer', '--wait')).toMatchObject({
      code: 0,
      stdout: 'mixer: disabled\n',
    });
    expect(await greenroom('restart', 'mixer')).toMatchObject({
      code: 1,
      stdout: '',
      stderr: 'mixer: Connection "mixer" refuses to restart: it is disabled: enable it first.\n',
    });
    const { code, stdout } = await greenroom('enable', 'mixer', '--wait', '--json');
    expect(code).toBe(0);
    expect(JSON.parse(stdout)).toMatchObject({
      connection: 'mixer',
      outcome: 'done',
      status: { state: 'ready', incarnation: 2 },
    });
  });

  test('whose connection will not get ready ends with 1 and the reason, long before its time is over', async () => {
    const { code, stderr } = await greenroom('enable', 'camera', '--wait', '--timeout', '600');
    expect(code).toBe(1);
    expect(stderr).toMatch(/^camera: misconfigured \(.*there is no file .*not-there\.js/);
  });
});

describe('greenroom logs', () => {
  test('says what the modules wrote, and follows what they go on to write until the run ends or nobody reads', async () => {
    expect((await greenroom('logs', 'lamp')).stdout).toMatch(/^\d\d:\d\d:\d\d lamp {2}[|·] /m);
    const all = (await greenroom('logs', '--json')).stdout
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line) as object);
    expect(all).toContainEqual(
      expect.objectContaining({ connection: 'mixer', stream: 'stdout', text: 'a line' }),
    );
    expect(all).toContainEqual(
      expect.objectContaining({
        connection: 'lamp',
        stream: 'log',
        level: 'info',
        text: 'a word for the log',
      }),
    );
    const followed = await start(['logs', '-f', 'lamp', '--json'], { env });
    await followed.until(() => followed.stdout.includes('a line'), 'the first lines came');
    await greenroom('restart', 'lamp', '--wait');
    const isNew = (line: string): boolean => line.includes('"incarnation":3') && line.includes('a line');
    await followed.until(() => followed.stdout.split('\n').some(isNew), 'the next process wrote');
    followed.process.stdout?.destroy();
    await greenroom('restart', 'lamp', '--wait');
    expect((await followed.ended).code).toBe(0);
  });
});

describe('a run', () => {
  test('that nobody may find is not found', async () => {
    const alone = { GREENROOM_RUNTIME_DIR: join(folder, 'none') };
    const other = await start(['run', file, '--json', '--no-control'], { env: alone });
    await other.event({ event: 'status', connection: 'lamp', state: 'ready' });
    expect(other.events.some(({ event }) => event === 'control')).toBe(false);
    const asked = await begin(['status'], { env: alone });
    expect(await asked.ended).toMatchObject({
      code: 1,
      stderr: expect.stringMatching(/^Nothing runs here\. Start something with/) as string,
    });
  });

  test('that was killed is told from one that lives; one that ended in order leaves nothing', async () => {
    const killed = await start(['run', file, '--json'], { env });
    const { file: announcement } = await killed.event({ event: 'control' });
    expect(statSync(String(announcement)).mode & 0o777).toBe(0o600);
    killed.process.kill('SIGKILL');
    await killed.ended;
    expect((await greenroom('status', 'lamp')).stderr).toBe(
      `The run ${killed.process.pid} of ${file} ended without a word (its process is gone); removed ${String(announcement)}.\n`,
    );
    expect(readdirSync(env.GREENROOM_RUNTIME_DIR)).toHaveLength(1);
    const second = await start(['run', file, '--json'], { env });
    await second.event({ event: 'control' });
    expect(await greenroom('restart', 'lamp')).toMatchObject({
      code: 2,
      stderr: expect.stringMatching(/^Several run here: .* Say which with --run <pid>\./) as string,
    });
    const chosen = await greenroom('status', '--json', '--run', String(second.process.pid));
    expect(JSON.parse(chosen.stdout)).toHaveProperty('state', 'running');
    second.process.kill('SIGTERM');
    await second.ended;
    expect(readdirSync(env.GREENROOM_RUNTIME_DIR)).toHaveLength(1);
  });

  test('that stands still is said to', async () => {
    run.process.kill('SIGSTOP');
    onTestFinished(() => void run.process.kill('SIGCONT'));
    expect(await greenroom('status')).toMatchObject({
      code: 1,
      stderr: expect.stringContaining(
        `The run ${run.process.pid} of ${file} did not answer within 5 s`,
      ) as string,
    });
  });
});
