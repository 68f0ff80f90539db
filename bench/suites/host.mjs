import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { child } from '../contenders/child.mjs';

/** Runs a host in a process of its own, which prints what it found out as one line of JSON. */
export async function inHost(program, ...args) {
  const { stdout } = await promisify(execFile)(process.execPath, [
    '--expose-gc',
    child(program),
    ...args.map(String),
  ]);
  return JSON.parse(stdout);
}
