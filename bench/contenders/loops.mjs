import { fork, spawn } from 'node:child_process';
import { execaNode } from 'execa';
import { child } from './child.mjs';
import { handshake, handshakeSocket, killAndWait, readiness } from './handshake.mjs';

const token = 'ab'.repeat(32);

/** The least that one can do: fork again as soon as the exit is seen. */
export async function forkLoop() {
  return loop(() => fork(child('handshake.mjs'), { env: { ...process.env, BENCH_TOKEN: token } }));
}

/** The same with execa. */
export async function execaLoop() {
  return loop(() => {
    const started = execaNode(child('handshake.mjs'), {
      ipc: true,
      reject: false,
      env: { BENCH_TOKEN: token },
    });
    return started;
  });
}

/** As the fork loop, with children that come to a socket: what supervisors without messages are compared with. */
export async function socketLoop() {
  const ready = readiness();
  const socket = await handshakeSocket(token, ready.onReady);
  const first = ready.next();
  let current;
  let isOver = false;
  const start = () => {
    current = spawn(process.execPath, [child('handshake.mjs')], {
      env: { ...process.env, ...socket.environment },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    current.on('exit', () => isOver || start());
  };
  start();
  await first;
  return {
    recover: () => killAndWait(ready),
    close() {
      isOver = true;
      current.kill('SIGKILL');
      socket.close();
    },
  };
}

async function loop(startChild) {
  const ready = readiness();
  const first = ready.next();
  let current;
  let isOver = false;
  const start = () => {
    const started = startChild();
    current = started;
    started.on(
      'message',
      handshake(token, (message) => started.send(message), ready.onReady),
    );
    started.on('exit', () => isOver || start());
  };
  start();
  await first;
  return {
    recover: () => killAndWait(ready),
    close() {
      isOver = true;
      current.kill('SIGKILL');
    },
  };
}
