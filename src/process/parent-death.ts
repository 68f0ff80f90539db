import { spawnSync } from 'node:child_process';
import { findProgram } from './find-program.ts';

/** A program and what it is given. */
export interface Command {
  readonly file: string;
  readonly args: readonly string[];
}

let known: { readonly searchPath: string | undefined; readonly setpriv: string | undefined } | undefined;

/** Where `setpriv` is, if this is Linux and it can set a parent-death signal. Asked once per PATH, which takes a few milliseconds. */
export function findSetpriv(searchPath: string | undefined): string | undefined {
  if (known === undefined || known.searchPath !== searchPath)
    known = { searchPath, setpriv: look(searchPath) };
  return known.setpriv;
}

/**
 * The command that has the kernel kill this program as soon as the thread that starts it is gone. `setpriv` becomes the program itself, so that pid,
 * group and descriptors stay. Undefined when there is no such program: starting it as it is tells why.
 */
export function underParentDeathSignal(
  setpriv: string,
  { file, args, cwd }: Command & { readonly cwd: string },
  searchPath: string | undefined,
): Command | undefined {
  const program = findProgram(file, cwd, searchPath);
  return program === undefined ? undefined : { file: setpriv, args: [...killWithParent, program, ...args] };
}

const killWithParent = ['--pdeathsig', 'KILL', '--'];

function look(searchPath: string | undefined): string | undefined {
  if (process.platform !== 'linux') return undefined;
  const setpriv = findProgram('setpriv', '/', searchPath);
  // The one of busybox doesn't know this option, nor does that of util-linux before 2.33.
  const probe = setpriv && spawnSync(setpriv, [...killWithParent, setpriv, '--version'], { stdio: 'ignore' });
  return probe && probe.status === 0 ? setpriv : undefined;
}
