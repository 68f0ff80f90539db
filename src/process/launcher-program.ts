import type { ChildProcess } from 'node:child_process';
import type { Socket } from 'node:net';
import type { LaunchNews, StartRequest } from './launcher-messages.ts';
import { spawnModule } from './spawn.ts';

// The program of a launcher: a small process that starts modules in place of a host in which a fork takes long. It hands the pipes of each to the host, so
// that nothing that is said goes through it, tells of every exit, and ends, with all it has started, when the host goes.

const living = new Set<number>();

process.title = 'greenroom-launcher';
// These come to all at once, from a service manager, say, and mean the host. It still needs its modules to stop them in order, and they would die with their launcher.
for (const signal of ['SIGTERM', 'SIGINT', 'SIGHUP'] as const) process.on(signal, () => {});
process.on('message', (request) => start(request as StartRequest));
process.on('disconnect', () => {
  // Who hasn't been reaped yet has its number still.
  for (const pid of living) killGroup(pid);
  process.exit();
});
tell({ type: 'here' });

function start({ id, launch, environment, command }: StartRequest): void {
  let started = 0;
  spawnModule(
    launch,
    environment,
    {
      onSpawned(child, process) {
        living.add((started = process.pid));
        handOver(id, child as ChildProcess);
        tell({ type: 'spawned', id, process });
      },
      onFailed: ({ message, errno }) => tell({ type: 'failed', id, message, errno }),
      onExited(code, signal) {
        living.delete(started);
        tell({ type: 'exited', id, code, signal });
      },
      onTrouble: ({ message }) => tell({ type: 'trouble', id, message }),
    },
    command,
  );
}

function handOver(id: number, child: ChildProcess): void {
  for (const [descriptor, stream] of child.stdio.entries()) {
    if (stream === null || stream === undefined) continue;
    const pipe = stream as Socket & { readonly _handle: { readStop(): void } };
    // Node reads a child's pipes as soon as it has them, and doesn't begin again what it believes to be going on: what comes is the host's.
    pipe._handle.readStop();
    tell({ type: 'pipe', id, descriptor }, pipe);
  }
  // Node closes it when the child exits, although it may still wait for its turn to be handed over.
  Object.assign(child, { stdin: null });
}

function tell(news: LaunchNews, pipe?: Socket): void {
  // Without a host there is nobody to tell, and `disconnect` follows.
  process.send?.(news, pipe, {}, () => void pipe?.destroy());
}

function killGroup(leader: number): void {
  try {
    process.kill(-leader, 'SIGKILL');
  } catch {
    // It ended in this moment.
  }
}
