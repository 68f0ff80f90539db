// Compares our channel, calls included, with Node's own IPC between the same two processes: plain `child.send` and `process.send`, answers matched by id.
//   npm run build && node bench/channel.mjs --rounds 7 --json --only rtt/ipc-64
import { fork } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { createManager } from '../dist/index.js';

const { values: options } = parseArgs({
  options: {
    rounds: { type: 'string', default: '9' },
    milliseconds: { type: 'string', default: '300' },
    only: { type: 'string' },
    json: { type: 'boolean', default: false },
  },
});
const rounds = Number(options.rounds);
const blockMilliseconds = Number(options.milliseconds);
const inFlight = 256;
const burst = 500;

const raw = openRaw();
const ours = await openOurs();
const text = (bytes) => 'x'.repeat(bytes - 2);
const blob = Buffer.alloc(2 ** 20, 'abcdefg');

// Each contender does its work until the time is over and tells how often it did it.
const comparisons = {
  'rtt/ipc-64': {
    goal: 1.05,
    of: 'time',
    raw: () => oneByOne(raw, text(64)),
    ours: () => oneByOne(ours, text(64)),
  },
  'calls/ipc-64': {
    goal: 1.8,
    of: 'rate',
    raw: () => pipelined(raw, text(64)),
    ours: () => pipelined(ours, text(64)),
  },
  'cpu/ipc-64': {
    goal: 0.4,
    of: 'cpu',
    raw: () => pipelined(raw, text(64)),
    ours: () => pipelined(ours, text(64)),
  },
  'calls/ipc-1k': {
    goal: 1.05,
    of: 'rate',
    raw: () => pipelined(raw, text(1024)),
    ours: () => pipelined(ours, text(1024)),
  },
  'cpu/ipc-1k': {
    goal: 0.7,
    of: 'cpu',
    raw: () => pipelined(raw, text(1024)),
    ours: () => pipelined(ours, text(1024)),
  },
  'oneway/ipc-64': {
    goal: 4,
    of: 'rate',
    raw: () => oneWay(raw, text(64)),
    ours: () => oneWay(ours, text(64)),
  },
  'binary/ipc-1m': {
    goal: 8,
    of: 'rate',
    raw: () =>
      pipelined(raw, null, 4, async () => Buffer.from(await raw.ask(blob.toString('base64')), 'base64')),
    ours: () => pipelined(ours, null, 4, () => ours.ask(blob)),
  },
};

const results = [];
for (const [name, comparison] of Object.entries(comparisons)) {
  if (options.only !== undefined && !name.startsWith(options.only)) continue;
  results.push(await compare(name, comparison));
}
if (options.json) console.log(JSON.stringify(results, null, 2));
else console.table(results);
raw.end();
await ours.end();

async function compare(name, { goal, of, ...contenders }) {
  await contenders.raw();
  await contenders.ours();
  const pairs = [];
  for (let round = 0; round < rounds; round += 1) {
    const order = round % 2 === 0 ? ['raw', 'ours'] : ['ours', 'raw'];
    const pair = {};
    for (const who of order) pair[who] = (await contenders[who]())[of];
    pairs.push(pair);
  }
  const ratio = median(pairs.map((pair) => pair.ours / pair.raw));
  return {
    name,
    ours: digits(median(pairs.map((pair) => pair.ours))),
    reference: digits(median(pairs.map((pair) => pair.raw))),
    ratio: digits(ratio),
    goal,
    met: of === 'rate' ? ratio >= goal : ratio <= goal,
  };
}

function digits(value) {
  return Number(value.toPrecision(3));
}

async function measured(work) {
  const end = performance.now() + blockMilliseconds;
  const [began, cpu] = [performance.now(), process.cpuUsage()];
  const count = await work(() => performance.now() < end);
  const { user, system } = process.cpuUsage(cpu);
  const milliseconds = performance.now() - began;
  return {
    rate: (count / milliseconds) * 1000,
    time: (milliseconds / count) * 1000,
    cpu: (user + system) / count,
  };
}

function oneByOne(side, payload) {
  return measured(async (goesOn) => {
    let count = 0;
    for (; goesOn(); count += 1) await side.ask(payload);
    return count;
  });
}

function pipelined(side, payload, width = inFlight, call = () => side.ask(payload)) {
  return measured(async (goesOn) => {
    let count = 0;
    const lane = async () => {
      for (; goesOn(); count += 1) await call();
    };
    await Promise.all(Array.from({ length: width }, lane));
    return count;
  });
}

function oneWay(side, payload) {
  return measured(async (goesOn) => {
    let count = 0;
    for (; goesOn(); count += burst) {
      for (let each = 0; each < burst; each += 1) side.notify(payload);
      await side.drained();
    }
    await side.ask(null);
    return count;
  });
}

function openRaw() {
  const child = fork(fileURLToPath(new URL('echo-raw.mjs', import.meta.url)));
  const waiting = new Map();
  let last = 0;
  let unsent = 0;
  const onSent = () => {
    unsent -= 1;
  };
  child.on('message', ({ id, value }) => {
    waiting.get(id)?.(value);
    waiting.delete(id);
  });
  return {
    ask(payload) {
      last += 1;
      child.send({ id: last, payload });
      return new Promise((resolve) => waiting.set(last, resolve));
    },
    notify(payload) {
      unsent += 1;
      child.send({ payload }, onSent);
    },
    async drained() {
      await new Promise(setImmediate);
      if (unsent > burst) await this.drained();
    },
    end: () => child.kill(),
  };
}

async function openOurs() {
  const manager = createManager({ policy: { heartbeat: { interval: 0 } } });
  const module = fileURLToPath(new URL('echo-module.mjs', import.meta.url));
  const connection = manager.add({ id: 'bench', module });
  await connection.waitFor('ready', { timeout: 20_000 });
  return {
    ask: (payload) => connection.call('echo', payload),
    notify: (payload) => connection.notify('tick', payload),
    async drained() {
      await new Promise(setImmediate);
      await connection.drained();
    },
    end: () => manager.stop(),
  };
}

function median(values) {
  const sorted = values.toSorted((a, b) => a - b);
  const middle = sorted.length / 2;
  return (sorted[Math.floor(middle)] + sorted[Math.ceil(middle) - 1]) / 2;
}
