import { fork } from 'node:child_process';
import { createRequire } from 'node:module';
import { child } from './child.mjs';

/** What `@companion-module/base` 1.x puts on Node's IPC, on both sides. */
export function companionWrapper() {
  const { IpcWrapper } = createRequire(import.meta.url)(
    '@companion-module/base/dist/host-api/ipc-wrapper.js',
  );
  const echo = fork(child('echo-companion.mjs'));
  let unsent = 0;
  const onSent = () => {
    unsent -= 1;
  };
  const send = (message) => {
    unsent += 1;
    echo.send(message, onSent);
  };
  const wrapper = new IpcWrapper({}, send, 5000);
  echo.on('message', (message) => wrapper.receivedMessage(message));
  return {
    ask: (payload) => wrapper.sendWithCb('echo', payload),
    notify: (payload) => wrapper.sendWithNoCb('tick', payload),
    async drained() {
      await new Promise(setImmediate);
      if (unsent > 500) await this.drained();
    },
    close: () => echo.kill(),
  };
}
