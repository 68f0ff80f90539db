import { execFileSync } from 'node:child_process';
import path from 'node:path';
import process from 'node:process';

/**
 * A Node that modules on API 2.x run on: the one named by GREENROOM_NODE_22, this one, or the first of PATH that is new enough.
 * Without one the tests that need it are left out, and say so.
 */
export const node22 = find();

/** For titles: empty, or why there are no tests below. */
export const without22 =
  node22 === undefined ? ' (LEFT OUT: there is no Node 22; name one with GREENROOM_NODE_22)' : '';

if (node22 === undefined) {
  process.stderr.write(
    'LEFT OUT: tests of Companion modules on API 2.x need a Node from 22.20 on; name one with GREENROOM_NODE_22.\n',
  );
}

function find(): string | undefined {
  const named = process.env['GREENROOM_NODE_22'];
  // What was named on purpose and is wrong must not pass for a machine without Node 22.
  if (named !== undefined && !isNewEnough(named))
    throw new Error(`GREENROOM_NODE_22 is ${named}, which is no Node from 22.20 on.`);
  const onPath = (process.env['PATH'] ?? '')
    .split(path.delimiter)
    .flatMap((folder) => [path.join(folder, 'node22'), path.join(folder, 'node')]);
  return [named, process.execPath, ...onPath].find((file) => file !== undefined && isNewEnough(file));
}

function isNewEnough(file: string): boolean {
  try {
    const [, major, minor] =
      /^v(\d+)\.(\d+)/.exec(execFileSync(file, ['--version'], { encoding: 'utf8', stdio: 'pipe' })) ?? [];
    return Number(major) * 1000 + Number(minor) >= 22_020;
  } catch {
    return false;
  }
}
