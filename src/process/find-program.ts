import { accessSync, constants, statSync } from 'node:fs';
import path from 'node:path';

/** The full path of a program that may be executed: a name is looked up on `searchPath`, a path starts at `cwd`. Undefined when there is none. */
export function findProgram(file: string, cwd: string, searchPath: string | undefined): string | undefined {
  const folders = path.basename(file) === file ? (searchPath ?? '').split(path.delimiter) : [''];
  return folders.map((folder) => path.resolve(cwd, folder, file)).find(isProgram);
}

function isProgram(file: string): boolean {
  try {
    accessSync(file, constants.X_OK);
    return statSync(file).isFile();
  } catch {
    return false;
  }
}
