// Puts what is loaded in a module's process into one file: docs/decisions/0019.
//   npm run build
import { mkdirSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { build } from 'rolldown';
import { cacheOf } from '../dist/native/code-cache.js';

const root = path.join(import.meta.dirname, '..');
const folder = path.join(root, 'dist', 'bundled');

mkdirSync(folder, { recursive: true });
// Each by itself: a second file costs more than what both have in common.
for (const [name, input] of Object.entries({
  module: 'src/module/index.ts',
  'companion-entry': 'src/companion-entry/main.ts',
})) {
  const { output } = await build({
    cwd: root,
    input: { [name]: input },
    platform: 'node',
    external: ['ejson'],
    tsconfig: 'tsconfig.build.json',
    transform: { target: 'node20.19' },
    logLevel: 'warn',
    output: { dir: folder, sourcemap: true, comments: { legal: true, annotation: true, jsdoc: false } },
    write: false,
  });
  for (const item of output)
    replace(
      path.join(folder, item.fileName),
      item.type === 'chunk' ? withoutFacades(item.code) : item.source,
    );
}
cached('module');

/** The same as a script, of which V8 can keep what it compiled, and the module that runs it: docs/decisions/0020. */
function cached(name) {
  const { script, exported } = asScript(readFileSync(path.join(folder, `${name}.js`), 'utf8'));
  if (replace(path.join(folder, `${name}.script.js`), script))
    for (const file of readdirSync(folder)) if (file.endsWith('.cache')) rmSync(path.join(folder, file));
  const cache = cacheOf(`${name}.script.js`, script, '${versions.v8}', '${arch}');
  replace(
    path.join(folder, `${name}.cached.mjs`),
    `// Runs ${name}.script.js, and gives V8 what it has compiled of it before, if there is that: docs/decisions/0020.
const { readFileSync } = process.getBuiltinModule('node:fs');
const { Script } = process.getBuiltinModule('node:vm');
const { arch, versions } = process;
const filename = \`\${import.meta.dirname}/${name}.script.js\`;
let cachedData;
try {
  // It is there twice, since V8 dies of one that was spoiled.
  const twice = readFileSync(\`\${import.meta.dirname}/${cache}\`);
  const once = twice.subarray(0, twice.length / 2);
  if (once.equals(twice.subarray(twice.length / 2))) cachedData = once;
} catch {}
export const { ${exported} } = new Script(readFileSync(filename, 'latin1'), { filename, cachedData }).runInThisContext()();
`,
  );
}

/** One function that returns what the module exports; in ASCII, which is read without decoding it. */
function asScript(code) {
  const [end, exported] = /^export \{([^}]+)\};$/m.exec(code);
  const body = code.replace(end, `return {${exported}};`).replace(/^\/\/# sourceMappingURL=.*$/m, '');
  // On one line with the code, whose lines stay those of the source map.
  const script = `(function () { "use strict"; ${body}\n})`.replaceAll(
    /[^\0-\x7f]/g,
    (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`,
  );
  return { script, exported: exported.trim() };
}

/**
 * Takes Node's own modules as they are. To import them makes a second module of each, for which all their properties are read: those of `process`, for one, open
 * its streams. A line stays a line, so the source map stays right.
 */
function withoutFacades(code) {
  return code.replaceAll(
    /^import (?:(?<name>[\w$]+)|\{(?<names>[^}]+)\}) from "(?<id>node:[^"]+)";$/gm,
    (...found) => {
      const { name, names, id } = found.at(-1);
      const bound = name ?? `{${names.replaceAll(' as ', ': ')}}`;
      return `const ${bound} = process.getBuiltinModule("${id}");`;
    },
  );
}

/** At once and only if it has changed, because processes may be about to load it; tells whether it has. */
function replace(file, content) {
  if (contentOf(file) === content) return false;
  const written = `${file}.${process.pid}`;
  writeFileSync(written, content);
  renameSync(written, file);
  return true;
}

function contentOf(file) {
  try {
    return readFileSync(file, 'utf8');
  } catch {
    return undefined;
  }
}
