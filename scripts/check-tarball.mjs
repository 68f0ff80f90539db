/**
 * Installs the packed library in an empty app, as a stranger would, then type-checks and runs the examples of README and guides there and
 * asks the command for its help. Needs a built `dist`. Ends with 1 and the reason when something doesn't work.
 */
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { examplesOf } from './examples.mjs';

const root = join(import.meta.dirname, '..');
const app = mkdtempSync(join(tmpdir(), 'greenroom-app-'));

try {
  check();
} catch (error) {
  console.error(error.message);
  process.exitCode = 1;
} finally {
  rmSync(app, { recursive: true, force: true });
}

function check() {
  const guides = ['README.md', 'docs/embedding.md', 'docs/testing.md', 'docs/inspector.md'];
  const examples = guides.flatMap(examplesIn);
  install([pack('.'), pack('packages/inspect-classic')]);
  typeCheck(examples);
  for (const example of examples.filter(({ runs }) => runs)) run('node', [`${example.name}.js`]);
  const help = run('node_modules/.bin/greenroom', ['--help']);
  if (!help.includes('greenroom run'))
    throw new Error(`greenroom --help doesn't mention "greenroom run":\n${help}`);
  console.log('The packed library works in an empty app.');
}

function examplesIn(file) {
  const examples = examplesOf(read(file));
  if (examples.some((example) => example.runs)) return examples;
  throw new Error(`${file} has no example: expected a \`\`\`ts block right after <!-- example: name -->.`);
}

function pack(folder) {
  // The scripts are left out because dist is built already, and another build could disturb a test that runs meanwhile.
  const options = ['--ignore-scripts', '--json', '--pack-destination', app];
  const [{ filename }] = JSON.parse(run('npm', ['pack', ...options], join(root, folder)));
  return `./${filename}`;
}

/** The versions are those of the lock file, so that npm finds them in its cache. */
function install(tarballs) {
  const companions = ['xstate', 'typescript', '@types/node'].map(
    (name) => `${name}@${installedVersion(name)}`,
  );
  writeFileSync(join(app, 'package.json'), JSON.stringify({ name: 'app', private: true, type: 'module' }));
  run('npm', ['install', '--prefer-offline', '--no-audit', '--no-fund', ...tarballs, ...companions]);
}

function typeCheck(examples) {
  for (const { name, code } of examples) writeFileSync(join(app, `${name}.ts`), code);
  const compilerOptions = { target: 'es2023', module: 'nodenext', strict: true, types: ['node'] };
  writeFileSync(join(app, 'tsconfig.json'), JSON.stringify({ compilerOptions }));
  run('node_modules/.bin/tsc', []);
}

function run(program, args, cwd = app) {
  console.log(`$ ${[program, ...args].join(' ')}`);
  const shell = process.platform === 'win32';
  const done = spawnSync(program, args, {
    cwd,
    shell,
    encoding: 'utf8',
    timeout: 120_000,
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  if (done.status === 0) return done.stdout;
  const end = done.error?.message ?? `ended with ${done.status ?? done.signal}`;
  throw new Error(`${program} ${args.join(' ')}: ${end}\n${done.stdout ?? ''}${done.stderr ?? ''}`);
}

function installedVersion(name) {
  return JSON.parse(read(`node_modules/${name}/package.json`)).version;
}

function read(file) {
  return readFileSync(join(root, file), 'utf8');
}
