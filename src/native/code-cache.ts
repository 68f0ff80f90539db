import { spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { constants, existsSync } from 'node:fs';
import { access, readFile } from 'node:fs/promises';
import path from 'node:path';
import { allowedEnvironment } from '../process/environment.ts';
import { findOwnProgram } from '../process/find-own-program.ts';

/** Node's own name for this wish, from 22.1 on. */
export const cachesOff = 'NODE_DISABLE_COMPILE_CACHE';
let isAsked = false;

/**
 * Has the cache made that spares modules the compiling of this library (docs/decisions/0020) if this Node has none yet: once, in a process of its own that
 * nobody waits for. Not where nothing may be written beside the library, nor with `NODE_DISABLE_COMPILE_CACHE`. Never rejects.
 */
export async function keepCodeCache(): Promise<void> {
  if (isAsked || process.env[cachesOff] !== undefined) return;
  isAsked = true;
  try {
    const program = findOwnProgram('../code-cache/make');
    if (program !== undefined && (await isMissing())) start(program);
  } catch {
    // Modules start without it as well: where nothing may be written, and nothing started.
  }
}

async function isMissing(): Promise<boolean> {
  const { script, cache } = await findCodeCache();
  await access(path.dirname(script), constants.W_OK);
  return !existsSync(cache);
}

function start(program: string): void {
  const environment = allowedEnvironment(process.env);
  spawn(process.execPath, [program], { env: environment, stdio: 'ignore', windowsHide: true })
    .on('error', () => {})
    .unref();
}

/** What every module's process loads, in what is published, and where its cache is, if there is one. */
export async function findCodeCache(): Promise<{ readonly script: string; readonly cache: string }> {
  const script = path.join(import.meta.dirname, '..', 'bundled', 'module.script.js');
  return {
    script,
    cache: cacheOf(script, await readFile(script, 'latin1'), process.versions.v8, process.arch),
  };
}

/** Where the cache of a script is kept for a kind of Node: V8 takes those of its own version only. The text is told in the name, because V8 itself compares no more than the length. */
export function cacheOf(script: string, text: string, v8: string, arch: string): string {
  const hash = createHash('sha256').update(text).digest('hex').slice(0, 16);
  return `${script.slice(0, -path.extname(script).length)}.${hash}.${v8}-${arch}.cache`;
}
