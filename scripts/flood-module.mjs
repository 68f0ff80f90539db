// A module of `scripts/flood.mjs`; FLOODS says with what, and at which rate per second.
import { runModule } from 'greenroom/module';

const [what, rate] = (process.env.FLOODS ?? '').split(' ');
const perMillisecond = Number(rate) / 1000;
const line = `${'x'.repeat(999)}\n`;

const floods = {
  // Bytes to stdout; what the pipe doesn't take at once is not written, so that this process doesn't grow itself.
  output: (bytes) =>
    process.stdout.writableNeedDrain || process.stdout.write(line.repeat(bytes / line.length)),
  messages(count, host) {
    try {
      for (let number = 0; number < count; number += 1)
        host.notify('drop', { number, text: 'a drop of the flood' });
    } catch (error) {
      if (error.code !== 'QUEUE_FULL') throw error;
    }
  },
};

function flood(host) {
  let last = performance.now();
  setInterval(() => {
    const now = performance.now();
    floods[what](Math.round((now - last) * perMillisecond), host);
    last = now;
  }, 1);
}

runModule({
  init() {},
  calls: { echo: (payload) => payload },
  notifications: { begin: (_, host) => flood(host) },
});
