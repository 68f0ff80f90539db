// What a module that floods its output costs its host and its neighbours: calls to a quiet module before and meanwhile, the host's memory and CPU.
//   npm run build && node scripts/flood.mjs --seconds 30 --rate 30 [--json]
// Without --rate the module writes as fast as it can. Ends with 1 when the host grew by 50 MB or more, the module became suspect or its last words were lost; and, with
// --slower 5, when the slowest hundredth of the calls took five times as long as before: ask for that on a quiet machine only.
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { createManager } from '../dist/index.js';

const { values: options } = parseArgs({
  options: {
    seconds: { type: 'string', default: '30' },
    rate: { type: 'string' },
    slower: { type: 'string', default: 'Infinity' },
    json: { type: 'boolean', default: false },
  },
});
const milliseconds = Number(options.seconds) * 1000;
const manager = createManager({ policy: { restart: 'temporary' } });
const quiet = manager.add({ id: 'quiet', module: fixture('healthy.js') });
const flooder = manager.add({ id: 'flooder', module: fixture('floods-its-output.js') });
const seen = { lines: 0, droppedLines: 0, droppedBytes: 0, notices: 0, suspicions: 0, mostMemory: 0 };
manager.on('output', () => (seen.lines += 1));
manager.on('outputDropped', ({ lines, bytes }) => {
  seen.droppedLines += lines;
  seen.droppedBytes += bytes;
  seen.notices += 1;
});
manager.on('status', ({ status }) => (seen.suspicions += status.state === 'suspect' ? 1 : 0));
await Promise.all([quiet.waitFor('ready'), flooder.waitFor('ready')]);

await callsFor(milliseconds / 5);
const before = await callsFor(milliseconds / 5);
const memory = process.memoryUsage.rss();
const sampler = setInterval(() => {
  seen.mostMemory = Math.max(seen.mostMemory, process.memoryUsage.rss());
}, 50);
const rate = options.rate === undefined ? {} : { rate: Number(options.rate) };
flooder.notify('flood', { milliseconds, words: 'these were my last words', ...rate });
const cpu = process.cpuUsage();
const meanwhile = await callsFor(milliseconds);
const used = process.cpuUsage(cpu);
const { lastExit } = await flooder.waitFor('failed');
clearInterval(sampler);
await manager.stop();

const result = {
  'MB/s read': seen.droppedBytes / milliseconds / 1000,
  'lines passed on': seen.lines,
  'lines dropped': seen.droppedLines,
  notices: seen.notices,
  'host CPU, share of a core': (used.user + used.system) / 1000 / milliseconds,
  'host memory growth, MB': (seen.mostMemory - memory) / 1e6,
  'quiet calls p99 before, ms': before,
  'quiet calls p99 meanwhile, ms': meanwhile,
  'flooder was suspect': seen.suspicions,
  'last words': lastExit?.lastWords.at(-1),
};
console.log(options.json ? JSON.stringify(result) : result);
const isKept = result['last words'] === 'these were my last words' && seen.suspicions === 0;
const isBounded = result['host memory growth, MB'] < 50 && meanwhile < Number(options.slower) * before;
process.exitCode = isKept && isBounded ? 0 : 1;

/** Calls the quiet module every 2 ms; resolves with the 99th percentile of the round trips, in milliseconds. */
async function callsFor(duration) {
  const times = [];
  for (const end = performance.now() + duration; performance.now() < end;) {
    const began = performance.now();
    await quiet.call('echo', 'x');
    times.push(performance.now() - began);
    await new Promise((resolve) => setTimeout(resolve, 2));
  }
  return times.toSorted((a, b) => a - b)[Math.floor(times.length * 0.99)];
}

function fixture(name) {
  return fileURLToPath(new URL(`../test/faults/fixtures/${name}`, import.meta.url));
}
