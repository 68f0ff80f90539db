// What is promised, from the block, the figure and the contenders it is read from. A goal without `reference` is a figure of ours alone.
// `lower` is what is better: times and CPU; else rates, of which more is better.
const ours = 'greenroom';

const ratio = (name, block, figure, reference, bound, contender = ours) => ({
  name,
  block,
  figure,
  ours: contender,
  reference,
  ...bound,
});

export const goals = [
  ratio('recovery/bare', 'recovery', 'milliseconds', 'fork loop', { atMost: 1.1 }),
  ratio('recovery/execa', 'recovery', 'milliseconds', 'execa loop', { atMost: 1.03 }),
  ratio('recovery/standby', 'recovery', 'milliseconds', 'fork loop', { atMost: 0.15 }, 'greenroom, standby'),
  ratio('recovery/respawn-default', 'recovery', 'milliseconds', 'respawn, as shipped', { atMost: 0.03 }),
  ratio('storm/bare-200', 'storm', 'seconds', 'fork, best concurrency', { atMost: 1.05 }),
  ratio('rtt/ipc-64', 'rtt-64', 'microseconds', 'node ipc', { atMost: 1.05 }),
  ratio('rtt/companion-1x', 'rtt-64', 'microseconds', 'companion 1.x wrapper', { atMost: 0.7 }),
  ratio('calls/ipc-64', 'calls-64', 'perSecond', 'node ipc', { atLeast: 1.8 }),
  ratio('cpu/ipc-64', 'calls-64', 'hostMicroseconds', 'node ipc', { atMost: 0.4 }),
  ratio('calls/jsonrpc-64', 'calls-64', 'perSecond', 'vscode-jsonrpc, ipc', { atLeast: 5 }),
  ratio('calls/ipc-1k', 'calls-1k', 'perSecond', 'node ipc', { atLeast: 1.05 }),
  ratio('cpu/ipc-1k', 'calls-1k', 'hostMicroseconds', 'node ipc', { atMost: 0.7 }),
  ratio('oneway/ipc-64', 'oneway-64', 'perSecond', 'node ipc', { atLeast: 4 }),
  ratio('binary/ipc-1m', 'binary-1m', 'perSecond', 'node ipc', { atLeast: 8 }),
  ratio('stall/rss-1g', 'stall', 'milliseconds', undefined, { atMost: 1 }, 'greenroom, launcher'),
  ratio('stall/rss-1g-direct', 'stall', 'milliseconds', 'spawn', { atMost: 0.05 }, 'greenroom, launcher'),
  ratio('idle/heap', 'idle', 'kilobytes', undefined, { atMost: 16 }),
  ratio('idle/cpu', 'idle', 'percent', undefined, { atMost: 0.5 }),
  ratio(
    'overhead/inspect-off',
    'lives',
    'microseconds',
    'greenroom, not inspected',
    { atMost: 1.03 },
    'greenroom, nobody listens',
  ),
];

/** The suite that a block belongs to. */
export const suiteOf = {
  'rtt-64': 'messages',
  'calls-64': 'messages',
  'oneway-64': 'messages',
  'calls-1k': 'messages',
  'binary-1m': 'messages',
  recovery: 'recovery',
  storm: 'storm',
  stall: 'stall',
  idle: 'idle',
  lives: 'inspection',
};

/** What the figures of each block are. */
export const units = {
  microseconds: 'µs',
  milliseconds: 'ms',
  seconds: 's',
  perSecond: 'per second',
  hostMicroseconds: 'µs of host CPU',
  kilobytes: 'KB of heap',
  percent: '% of one core',
};
