import { spawnSync } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { leftoverProcesses, type LeftoverProcess, type TestRun } from './leftover-processes.ts';

const patience = 10_000;

/** Builds `dist` once, which the child processes of the tests run, and fails the run when that has errors or it leaves a process behind. */
export default function setUp(): () => Promise<void> {
  const isBuilt = build();
  const run = { cookie: randomUUID(), pid: process.pid };
  process.env['GREENROOM_TEST_RUN'] = run.cookie;
  // Not the one of whoever runs the tests.
  const runtimeFolder = mkdtempSync(join(tmpdir(), 'greenroom-test-'));
  process.env['GREENROOM_RUNTIME_DIR'] = runtimeFolder;
  return async () => {
    rmSync(runtimeFolder, { recursive: true, force: true });
    if (!isBuilt) process.exitCode = 1;
    const left = await whatStays(run);
    if (left.length === 0) return;
    const list = left.map(({ pid, commandLine }) => `  ${pid}  ${commandLine}`).join('\n');
    console.error(
      `\n${left.length} process(es) of this test run still live ${patience / 1000} s after its end:\n${list}`,
    );
    process.exitCode = 1;
  };
}

/** A build with type errors still writes its files, so one broken file doesn't keep the other tests from running. */
function build(): boolean {
  const compiler = spawnSync('npm', ['run', '--silent', 'build'], { encoding: 'utf8' });
  if (compiler.status === 0) return true;
  console.error(`The build has errors:\n${compiler.stdout}${compiler.stderr}`);
  return false;
}

/** Those who are about to leave get the time to do so. */
async function whatStays(run: TestRun): Promise<LeftoverProcess[]> {
  const end = Date.now() + patience;
  for (;;) {
    const left = leftoverProcesses(run);
    if (left.length === 0 || Date.now() > end) return left;
    await wait(100);
  }
}
