import { spawnSync } from 'node:child_process';
import { readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';

const root = join(import.meta.dirname, '..');
let path: Promise<string> | undefined;

/** The folder of the compiled library, for programs that run outside of vitest; built when a source is newer. */
export function builtPath(): Promise<string> {
  path ??= Promise.resolve(build());
  return path;
}

/** A build with type errors still writes its files. */
function build(): string {
  const dist = join(root, 'dist');
  const built = statSync(join(dist, '.tsbuildinfo'), { throwIfNoEntry: false })?.mtimeMs ?? 0;
  if (newestSource() > built) spawnSync('npm', ['run', '--silent', 'build'], { cwd: root });
  return dist;
}

function newestSource(): number {
  const files = readdirSync(join(root, 'src'), { recursive: true, withFileTypes: true }).filter((entry) =>
    entry.isFile(),
  );
  return Math.max(...files.map((file) => statSync(join(file.parentPath, file.name)).mtimeMs));
}
