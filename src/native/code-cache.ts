import { spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { constants } from 'node:fs';
import { access, readdir } from 'node:fs/promises';
import path from 'node:path';
import { allowedEnvironment } from '../process/environment.ts';
import { findOwnProgram } from '../process/find-own-program.ts';

/** What a Node has in common with those that can use its caches: V8 takes those of its own version only. */
interface Kind {
  readonly v8: string;
  readonly arch: string;
}

const kind: Kind = { v8: process.versions.v8, arch: process.arch };
// Node's own name for this wish, from 22.1 on.
const off = 'NODE_DISABLE_COMPILE_CACHE';
let isAsked = false;

/**
 * Has the cache made that spares modules the compiling of this library (docs/decisions/0020) if this Node has none yet: once, in a process of its own that
 * nobody waits for. Not where nothing may be written beside the library, nor with `NODE_DISABLE_COMPILE_CACHE`. Never rejects.
 */
export async function keepCodeCache(): Promise<void> {
  if (isAsked || process.env[off] !== undefined) return;
  isAsked = true;
  try {
    const program = findOwnProgram('../code-cache/make');
    if (program !== undefined && (await isMissing())) start(program);
  } catch {
    // Modules start without it as well: where nothing may be written, and nothing started.
  }
}

async function isMissing(): Promise<boolean> {
  const folder = bundledFolder();
  const names = await readdir(folder);
  await access(folder, constants.W_OK);
  return !names.some((name) => name.endsWith(endingOf(kind)));
}

function start(program: string): void {
  const environment = allowedEnvironment(process.env, { extra: { [off]: '1' } });
  spawn(process.execPath, [program], { env: environment, stdio: 'ignore', windowsHide: true })
    .on('error', () => {})
    .unref();
}

/** The folder of what every module's process loads, in what is published. */
export function bundledFolder(): string {
  return path.join(import.meta.dirname, '..', 'bundled');
}

/** Where the cache of a script is kept; its text is told in the name, because V8 itself compares no more than the length. Default: for the Node that runs this. */
export function cacheOf(script: string, text: string, node: Kind = kind): string {
  const hash = createHash('sha256').update(text).digest('hex').slice(0, 16);
  return `${script.slice(0, -path.extname(script).length)}.${hash}${endingOf(node)}`;
}

/** The end of the names of all caches that such a Node can use. */
function endingOf({ v8, arch }: Kind): string {
  return `.${v8}-${arch}.cache`;
}
