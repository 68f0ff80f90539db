import { existsSync } from 'node:fs';
import { dirname, extname, join } from 'node:path';

/** What is known of the program that this library runs in. */
export interface Surroundings {
  readonly electron: string | undefined;
  readonly isSingleExecutable: boolean;
  /** Of this file; undefined in a bundle that isn't an ES module. */
  readonly filename: string | undefined;
  readonly runsTypeScript: boolean;
}

/**
 * The file of a program of this library, for `process.execPath`; undefined where that isn't a plain Node (it would start the app once more), or where there is no such file, as in a bundle.
 * @param name - its path from this file, without the extension.
 */
export function findOwnProgram(name: string, surroundings: Surroundings = ours()): string | undefined {
  const { electron, isSingleExecutable, filename, runsTypeScript } = surroundings;
  if (electron !== undefined || isSingleExecutable || filename === undefined) return undefined;
  // TypeScript beside TypeScript, and JavaScript in what is published.
  const extension = extname(filename);
  if (extension === '.ts' && !runsTypeScript) return undefined;
  const program = join(dirname(filename), `${name}${extension}`);
  return existsSync(program) ? program : undefined;
}

function ours(): Surroundings {
  return {
    electron: process.versions['electron'],
    isSingleExecutable: process.getBuiltinModule('node:sea')?.isSea() ?? false,
    filename: import.meta.filename,
    // Node reads it from 22.18.
    runsTypeScript: Boolean((process.features as { typescript?: unknown }).typescript),
  };
}
