// Changes the connection's chart and the functions it calls in every single step there is, and lets the fast layers of the suite judge each mutant.
//   npm run mutants -- --json --only "restart.js" --sample 200 --seed 7 --workers 2
// Ends with 1 if one survives that test/mutants/equivalent.md doesn't explain, or if that page names one that is killed or doesn't exist.
import { spawnSync } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, realpathSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';

const repository = join(import.meta.dirname, '..');
const root = realpathSync(mkdtempSync(join(tmpdir(), 'greenroom-mutants-')));
process.on('exit', () => rmSync(root, { recursive: true, force: true, maxRetries: 5 }));
for (const signal of ['SIGINT', 'SIGTERM']) process.once(signal, () => process.exit(1));

prepare();
const { run } = await import(pathToFileURL(join(root, 'base/test/mutants/command.js')).href);
process.exitCode = await run(root, repository, process.argv.slice(2));

// Library and tests are compiled into `base`; each mutant is a copy of it in `trees`, where the tests find a vitest that only collects them.
function prepare() {
  const base = join(root, 'base');
  const vitest = join(root, 'trees/node_modules/vitest');
  const tsc = join(repository, 'node_modules/typescript/bin/tsc');
  const project = join(repository, 'test/mutants/tsconfig.json');
  const { status, stdout } = spawnSync(process.execPath, [tsc, '-p', project, '--outDir', base], {
    encoding: 'utf8',
  });
  if (status !== 0) throw new Error(`The sources can't be compiled: ${stdout}`);
  mkdirSync(vitest, { recursive: true });
  symlinkSync(join(repository, 'node_modules'), join(root, 'node_modules'), 'junction');
  for (const folder of [base, join(root, 'trees'), vitest]) {
    writeFileSync(join(folder, 'package.json'), '{ "type": "module", "exports": "./index.js" }');
  }
  const collector = pathToFileURL(join(base, 'test/mutants/little-vitest.js')).href;
  writeFileSync(join(vitest, 'index.js'), `export * from '${collector}';\n`);
  const list = 'test/testing/coverage/cannot-happen.md';
  cpSync(join(repository, list), join(base, list));
}
