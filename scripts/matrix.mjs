// Runs the suite on several versions of Node, each as the host and as the runtime of its modules, and prints a table.
//   npm run build && npm run matrix -- --node 20 --node 22.12.0 test/ipc test/faults
// Without --node on 20, 22, 24 and 26; without files the whole suite. The versions come as npm packages, into node_modules/.cache.
import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync } from 'node:fs';
import { delimiter, dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';

const root = fileURLToPath(new URL('..', import.meta.url));
const { values: options, positionals: files } = parseArgs({
  allowPositionals: true,
  options: {
    node: { type: 'string', multiple: true, default: ['20', '22', '24', '26'] },
    json: { type: 'boolean', default: false },
  },
});

const results = options.node.map(runOn);
if (options.json) console.log(JSON.stringify(results));
else console.table(results);
process.exitCode = results.every(({ result }) => result === 'ok') ? 0 : 1;

function runOn(wanted) {
  const node = fetched(wanted);
  const version = spawnSync(node, ['--version'], { encoding: 'utf8' }).stdout?.trim();
  const began = performance.now();
  const { stdout, status } = spawnSync(
    node,
    [join(root, 'node_modules/vitest/vitest.mjs'), 'run', '--reporter=json', ...files],
    {
      cwd: root,
      encoding: 'utf8',
      maxBuffer: 2 ** 28,
      stdio: ['ignore', 'pipe', options.json ? 'ignore' : 'inherit'],
      env: { ...process.env, PATH: `${dirname(node)}${delimiter}${process.env.PATH}` },
    },
  );
  const { numPassedTests: passed = 0, numFailedTests: failed = 0, testResults = [] } = reportIn(stdout);
  const broken = testResults.flatMap(namesOfFailed);
  for (const name of broken) console.error(`FAILED on ${version}: ${name}`);
  // A file that can't be loaded fails no test, and a process left behind neither.
  const result = status === 0 && passed > 0 ? 'ok' : 'FAILED';
  const seconds = Math.round((performance.now() - began) / 1000);
  // Four versions take a while.
  console.error(`${version}: ${passed} passed, ${failed} failed, ${seconds} s, ${result}`);
  return { node: version, passed, failed, seconds, result, ...(options.json ? { broken } : {}) };
}

function namesOfFailed({ name, message, assertionResults }) {
  const failed = assertionResults
    .filter(({ status }) => status === 'failed')
    .map(
      ({ fullName, failureMessages: [why = ''] }) =>
        `${fullName}\n  ${why.split('\n').slice(0, 20).join('\n  ')}`,
    );
  return failed.length === 0 && message ? [`${name}: ${message}`] : failed;
}

/** What else is printed comes before it. */
function reportIn(text) {
  try {
    return JSON.parse(text.slice(text.indexOf('{"numTotalTestSuites"')));
  } catch {
    return {};
  }
}

/** The program of this version of Node; fetched once. */
function fetched(wanted) {
  const name = `node-${process.platform === 'darwin' && process.arch === 'arm64' ? 'bin-' : ''}${process.platform === 'win32' ? 'win' : process.platform}-${process.arch}`;
  const folder = join(root, 'node_modules/.cache/greenroom-matrix', wanted);
  const program = join(
    folder,
    'node_modules',
    name,
    'bin',
    process.platform === 'win32' ? 'node.exe' : 'node',
  );
  if (existsSync(program)) return program;
  mkdirSync(folder, { recursive: true });
  const { status, stderr } = spawnSync(
    'npm',
    [
      'install',
      '--prefix',
      folder,
      '--no-save',
      '--no-audit',
      '--no-fund',
      '--ignore-scripts',
      `${name}@${wanted}`,
    ],
    { encoding: 'utf8', cwd: folder, shell: process.platform === 'win32' },
  );
  if (status !== 0 || !existsSync(program))
    throw new Error(`Node ${wanted} can't be fetched as ${name}: ${stderr}`);
  return program;
}
