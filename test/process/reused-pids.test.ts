import { execFile, spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { expect, test } from 'vitest';
import { builtPath } from '../built.ts';

// A pid namespace of its own in which a shell reaps the dead, and in which the next pid can be chosen: Linux, where users may have one.
const inNamespace = ['--user', '--map-root-user', '--pid', '--mount-proc', '--kill-child', '/bin/sh', '-c'];
const probe = spawnSync('unshare', [...inNamespace, 'echo 100 >/proc/sys/kernel/ns_last_pid; exit $?']);

test.runIf(probe.status === 0)(
  '[F17] a stranger that really has the pid of a process, or the number of a group, that is gone gets none of its signals',
  async () => {
    const program = join(import.meta.dirname, 'fixtures', 'reuses-pids.js');
    const { stdout } = await promisify(execFile)('unshare', [
      ...inNamespace,
      '"$0" "$1" "$2"; exit $?',
      process.execPath,
      program,
      await builtPath(),
    ]);
    expect(JSON.parse(stdout)).toEqual({ process: true, restHas: true, group: true });
  },
);
