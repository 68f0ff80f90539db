// Puts what is loaded in a module's process into one file: docs/decisions/0019.
//   npm run build
import { mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { build } from 'rolldown';

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

/** At once and only if it has changed, because processes may be about to load it. */
function replace(file, content) {
  if (contentOf(file) === content) return;
  const written = `${file}.${process.pid}`;
  writeFileSync(written, content);
  renameSync(written, file);
}

function contentOf(file) {
  try {
    return readFileSync(file, 'utf8');
  } catch {
    return undefined;
  }
}
