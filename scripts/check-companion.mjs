// Runs the conformance suite with every minor version of the SDK that is published: installs them in a folder of their own, if they aren't there as its lock file says.
import { spawnSync } from 'node:child_process';
import { readFileSync, statSync } from 'node:fs';
import path from 'node:path';

const root = path.join(import.meta.dirname, '..');
const sdks = path.join(root, 'test', 'companion', 'sdks');
const suites = ['conformance', 'manager', 'host'].map((name) => `test/companion/${name}.slow.test.ts`);

if (!isInstalled()) run('npm', ['ci', '--ignore-scripts'], sdks);
run('npm', ['run', '--silent', 'build'], root);
run('npx', ['vitest', 'run', '--project', 'slow', ...suites, ...process.argv.slice(2)], root);

/** npm writes what it installed into a lock file of its own, after everything else. */
function isInstalled() {
  try {
    const written = path.join(sdks, 'node_modules', '.package-lock.json');
    const isNewer = statSync(written).mtimeMs >= statSync(path.join(sdks, 'package-lock.json')).mtimeMs;
    return isNewer && JSON.parse(readFileSync(written, 'utf8')).packages !== undefined;
  } catch {
    return false;
  }
}

function run(command, args, cwd) {
  const env = { ...process.env, SDKS: 'all' };
  const { status, error } = spawnSync(command, args, {
    cwd,
    env,
    stdio: 'inherit',
    shell: process.platform === 'win32',
  });
  if (error) throw error;
  if (status !== 0) process.exit(status ?? 1);
}
