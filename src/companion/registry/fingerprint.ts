import { stat } from 'node:fs/promises';
import path from 'node:path';
import { fieldsOf } from '../fields.ts';
import type { RegisteredModule } from './registered.ts';

/** The files by which a change of a module is noticed: its manifest, its entrypoint and its package.json. */
export function watchedFiles({ folder, packageFile, manifest }: RegisteredModule): string[] {
  if (folder === null) return packageFile === null ? [] : [packageFile];
  const entrypoint = fieldsOf(fieldsOf(manifest).get('runtime')).get('entrypoint');
  const files = ['manifest.json', '../package.json', typeof entrypoint === 'string' ? entrypoint : null];
  return files
    .filter((file) => file !== null)
    .map((file) => path.resolve(folder, 'companion', file.replaceAll('\\', '/')));
}

/** A text that differs when one of these files does. */
export async function fingerprint(module: RegisteredModule): Promise<string> {
  const facts = await Promise.all(
    watchedFiles(module).map(async (file) => {
      const found = await stat(file).catch(() => null);
      return found ? `${file} ${found.mtimeMs} ${found.size} ${found.ino}` : `${file} missing`;
    }),
  );
  return [module.problem ?? 'usable', ...facts].join('\n');
}
