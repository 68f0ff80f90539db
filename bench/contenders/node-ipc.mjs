import { fork } from 'node:child_process';
import { child } from './child.mjs';

/** Node's own IPC, with nothing on top but ids: no deadlines, no errors, no cancelling. */
export function nodeIpc() {
  const echo = fork(child('echo-node-ipc.mjs'));
  const waiting = new Map();
  let last = 0;
  let unsent = 0;
  const onSent = () => {
    unsent -= 1;
  };
  echo.on('message', ({ id, value }) => {
    waiting.get(id)(value);
    waiting.delete(id);
  });
  const ask = (name, payload) => {
    last += 1;
    echo.send({ id: last, name, payload });
    return new Promise((resolve) => waiting.set(last, resolve));
  };
  return {
    ask: (payload) => ask('echo', payload),
    notify(payload) {
      unsent += 1;
      echo.send({ payload }, onSent);
    },
    async drained() {
      await new Promise(setImmediate);
      if (unsent > 500) await this.drained();
    },
    async askBytes(bytes) {
      return Buffer.from(await ask('bytes', bytes.toString('base64')), 'base64');
    },
    close: () => echo.kill(),
  };
}
