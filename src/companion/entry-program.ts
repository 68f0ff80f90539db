import { realpathSync } from 'node:fs';
import { createRequire } from 'node:module';
import path from 'node:path';

/** The program that runs modules on API 2.x. */
export interface EntryProgram {
  readonly file: string;
  /** Folders it is read from, real paths. */
  readonly readable: readonly string[];
}

/** Finds it: TypeScript where this is TypeScript, which Node reads from 22.18, and the one that is bundled in what is published. */
export function findEntryProgram(): EntryProgram {
  const here = realpathSync(import.meta.dirname);
  const isSource = path.extname(import.meta.filename) === '.ts';
  const ejson = createRequire(import.meta.filename).resolve('ejson');
  return {
    file: path.join(here, '..', isSource ? 'companion-entry/main.ts' : 'bundled/companion-entry.js'),
    readable: [path.dirname(here), path.dirname(realpathSync(ejson))],
  };
}
