import { Parser, type ReadEntry } from 'tar';
import type { PackageLimits } from './package-limits.ts';
import { unzipped } from './unzipped.ts';

/** What may be in a package. */
const allowed: ReadonlySet<string> = new Set(['File', 'OldFile', 'ContiguousFile', 'Directory']);
/** Bytes that a program may write for an entry besides its contents: headers and what fills the last block. */
const mostAround = 8192;

/** Looks at every entry of a package without writing any. Rejects with what is wrong with it. */
export async function checkArchive(
  bytes: Uint8Array,
  { unpackedBytes, entries }: Pick<PackageLimits, 'unpackedBytes' | 'entries'>,
): Promise<void> {
  const seen: Seen = { problem: null, size: 0, count: 0, tops: new Set() };
  const judge = (entry: ReadEntry): void => {
    seen.size += entry.size;
    seen.count++;
    const [top = ''] = plainPath(entry.path).split('/');
    if (top !== '') seen.tops.add(top);
    seen.problem ??= tooMuch(seen, unpackedBytes, entries) ?? wrongEntry(entry);
    entry.resume();
  };
  const parser = new Parser({ strict: true, onReadEntry: judge });
  const ended = new Promise<void>((resolve, reject) => {
    parser.on('end', resolve);
    parser.on('error', (error: Error) => reject(damaged(error)));
  });
  ended.catch(() => undefined);
  await feed(parser, bytes, seen, unpackedBytes);
  if (seen.problem !== null) throw seen.problem;
  parser.end();
  await ended;
  const tops = [...seen.tops];
  if (tops.length !== 1)
    throw new Error(`it has ${tops.length} top folders instead of one: ${tops.slice(0, 5).join(', ')}`);
}

/** Counts what is no entry, too: a small file may be unzipped to any length. */
async function feed(parser: Parser, bytes: Uint8Array, seen: Seen, unpackedBytes: number): Promise<void> {
  let length = 0;
  try {
    for await (const piece of unzipped(bytes)) {
      length += piece.length;
      if (length > unpackedBytes + (seen.count + 2) * mostAround)
        seen.problem ??= new Error(`it holds more than ${unpackedBytes} bytes`);
      if (seen.problem !== null) return;
      parser.write(piece);
    }
  } catch (error) {
    seen.problem ??= damaged(error);
  }
}

function damaged(error: unknown): Error {
  return new Error(`it is damaged or no package: ${error instanceof Error ? error.message : String(error)}`);
}

interface Seen {
  problem: Error | null;
  size: number;
  count: number;
  readonly tops: Set<string>;
}

function tooMuch({ size, count }: Seen, unpackedBytes: number, entries: number): Error | null {
  if (count > entries) return new Error(`it holds more than ${entries} files and folders`);
  if (size > unpackedBytes) return new Error(`its files are longer than ${unpackedBytes} bytes together`);
  return null;
}

/** What is wrong with one entry; null for nothing. */
function wrongEntry({ type, path: name }: ReadEntry): Error | null {
  if (!allowed.has(type))
    return new Error(`it holds ${name}, a ${type}, where only files and folders are allowed`);
  return isPlain(name) ? null : new Error(`it holds ${JSON.stringify(name)}, a path that leads out of it`);
}

/** Relative, with no way up, and of the same meaning on every system. */
export function isPlain(name: string): boolean {
  if (name.includes('\\') || name.includes('\0') || name.includes(':')) return false;
  return !name.startsWith('/') && !name.split('/').includes('..');
}

/** A path without the `./` that some programs put before it; empty for where they stand themselves. */
export function plainPath(name: string): string {
  return name.replace(/^(?:\.\/+)+|^\.$/, '');
}
