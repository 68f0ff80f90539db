// The module of the soak: healthy, until it is told to misbehave in one way.
import { closeSync, writeSync } from 'node:fs';
import { setTimeout as wait } from 'node:timers/promises';
import { runModule } from 'greenroom/module';

const channel = 3;

const deeds = {
  hang() {
    for (;;);
  },
  exit: ({ code }) => process.exit(code),
  throw() {
    setImmediate(() => {
      throw new Error('told to break');
    });
  },
  closeChannel: () => closeSync(channel),
  talkNonsense() {
    const frames = Array.from({ length: 20 }, (_, nonsense) => ({ nonsense }));
    for (const frame of [...frames, 'neither a call nor an answer'])
      writeSync(channel, `${JSON.stringify(frame)}\n`);
  },
  floodOutput() {
    for (let line = 0; line < 5000; line += 1) console.log(`line ${line} of a flood`.padEnd(200, '.'));
  },
  async floodMessages(_, host) {
    for (let left = 5000; left > 0; left -= 1) {
      try {
        host.notify('drop', left);
      } catch {
        // The queue is full: the host reads slower than this writes, and the limit holds.
        await wait(5);
      }
    }
  },
};

runModule({
  async init({ config }) {
    if (config.init === 'throws') throw new Error('told to fail');
    if (config.init === 'hangs') await new Promise(() => {});
  },
  configure({ config }) {
    if (config.init !== undefined) throw new Error('told to refuse');
  },
  calls: { echo: (payload) => payload, never: () => new Promise(() => {}) },
  notifications: { misbehave: ({ how, ...rest }, host) => deeds[how](rest, host) },
});
