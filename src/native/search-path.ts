import { constants } from 'node:fs';
import { access, stat } from 'node:fs/promises';
import path from 'node:path';

/** What became of looking for a program: its absolute path, or the places that were searched in vain. */
export type Found = { readonly file: string } | { readonly searched: readonly string[] };

/** Finds a program as a shell would: a path is taken from `cwd`, a bare name is looked up in the folders of `env.PATH`. */
export async function searchPath(
  command: string,
  cwd: string,
  env: Readonly<Record<string, string | undefined>>,
): Promise<Found> {
  const folders = isBareName(command) ? pathFolders(env) : [cwd];
  for (const folder of folders) {
    for (const extension of extensions(command, env)) {
      const file = path.resolve(folder, command + extension);
      if (await isProgram(file)) return { file };
    }
  }
  return { searched: isBareName(command) ? folders : [path.resolve(cwd, command)] };
}

function isBareName(command: string): boolean {
  return path.basename(command) === command;
}

function pathFolders(env: Readonly<Record<string, string | undefined>>): string[] {
  return (env['PATH'] ?? env['Path'] ?? '').split(path.delimiter).filter((folder) => folder !== '');
}

function extensions(command: string, env: Readonly<Record<string, string | undefined>>): readonly string[] {
  // Windows starts `python` as `python.exe`; PATHEXT lists what may be left out.
  if (process.platform !== 'win32' || path.extname(command) !== '') return [''];
  return (env['PATHEXT'] ?? '.COM;.EXE').split(';');
}

async function isProgram(file: string): Promise<boolean> {
  try {
    await access(file, constants.X_OK);
    return (await stat(file)).isFile();
  } catch {
    return false;
  }
}
