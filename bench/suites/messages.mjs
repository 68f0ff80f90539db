// What is said between two processes: round trips, calls in flight, notifications, bytes.
import { companionWrapper } from '../contenders/companion-wrapper.mjs';
import { execaMessages, execaOneMessage } from '../contenders/execa-messages.mjs';
import { greenroom } from '../contenders/greenroom.mjs';
import { nodeIpc } from '../contenders/node-ipc.mjs';
import { peer } from '../contenders/peer.mjs';

const inFlight = 256;
const burst = 500;
// Made beforehand, and in one piece, which the result of `repeat` isn't: what it takes to make them belongs to no contender.
const text = (bytes) => Buffer.alloc(bytes - 2, 'x').toString('latin1');
const [short, long] = [text(64), text(1024)];
const megabyte = Buffer.alloc(2 ** 20, 'abcdefg');

export default {
  contenders: {
    'node ipc': nodeIpc,
    greenroom,
    'companion 1.x wrapper': peer('@companion-module/base', () => companionWrapper()),
    'vscode-jsonrpc, ipc': peer('vscode-jsonrpc', async () =>
      (await import('../contenders/jsonrpc.mjs')).jsonrpcOverIpc(),
    ),
    'vscode-jsonrpc, stdio': peer('vscode-jsonrpc', async () =>
      (await import('../contenders/jsonrpc.mjs')).jsonrpcOverStdio(),
    ),
    'execa, getEachMessage': execaMessages,
    'execa, getOneMessage': execaOneMessage,
  },
  blocks: {
    'rtt-64': (side, options) => oneByOne(options, () => side.ask(short)),
    'calls-64': (side, options) => (side.isOneByOne ? undefined : pipelined(options, () => side.ask(short))),
    'oneway-64': (side, options) => (side.isOneByOne ? undefined : oneWay(side, options)),
    'calls-1k': (side, options) => (side.isOneByOne ? undefined : pipelined(options, () => side.ask(long))),
    'binary-1m': (side, options) =>
      side.askBytes === undefined ? undefined : oneByOne(options, () => side.askBytes(megabyte)),
  },
};
async function measured({ milliseconds, isWarmUp = false }, work) {
  // What V8 hasn't compiled yet takes many times as long, and a contender with less code of its own is compiled sooner.
  const time = milliseconds * (isWarmUp ? 8 : 1);
  const [began, cpu] = [performance.now(), process.cpuUsage()];
  const count = await work(time);
  const { user, system } = process.cpuUsage(cpu);
  const elapsed = performance.now() - began;
  return {
    microseconds: (elapsed / count) * 1000,
    perSecond: (count / elapsed) * 1000,
    hostMicroseconds: (user + system) / count,
  };
}

/** True for so long. To look at the clock before each call would take a good part of a call. */
function until(time) {
  let isOver = false;
  setTimeout(() => (isOver = true), time);
  return () => !isOver;
}

function oneByOne(options, call) {
  return measured(options, async (time) => {
    let count = 0;
    for (const goesOn = until(time); goesOn(); count += 1) await call();
    return count;
  });
}

function pipelined(options, call) {
  return measured(options, async (time) => {
    const goesOn = until(time);
    let count = 0;
    const lane = async () => {
      for (; goesOn(); count += 1) await call();
    };
    await Promise.all(Array.from({ length: inFlight }, lane));
    return count;
  });
}

/** The last answer comes when everything before it was read. */
function oneWay(side, options) {
  return measured(options, async (time) => {
    const end = performance.now() + time;
    let count = 0;
    // Some never let a timer have its turn.
    for (; performance.now() < end; count += burst) {
      for (let each = 0; each < burst; each += 1) side.notify(short);
      await side.drained();
    }
    await side.ask(null);
    return count;
  });
}
