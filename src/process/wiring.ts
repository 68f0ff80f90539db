import type { ChildProcess } from 'node:child_process';
import type { Duplex, Readable, Writable } from 'node:stream';
import type { Channel, ChannelLimits } from '../ipc/channel.ts';
import { linesChannel } from '../ipc/lines.ts';
import { nodeChannel } from '../ipc/node.ts';
import { ownedNodeChannel, ownedNodeEnvironment } from '../ipc/owned-node.ts';
import type { Launch } from './protocol.ts';
import type { Pipes } from './spawn.ts';

type Kind = Launch['channel'];
type Wired = Pick<Launch, 'channel' | 'tokenDelivery'>;

export interface Wiring {
  readonly stdio: ['ignore' | 'pipe', 'pipe', 'pipe', ...'pipe'[]];
  /** What tells the process which descriptors its channel and its token are on. */
  readonly env: Readonly<Record<string, string>>;
  /** Node is to make a channel of its own. */
  readonly ipc: boolean;
}

/** How a process must be started to have this kind of channel. Without it on stdin, a module can't wait for the host's terminal. */
export function wiring(launch: Wired): Wiring {
  const { stdio, env, ipc } = channelWiring(launch.channel);
  if (launch.tokenDelivery !== 'descriptor') return { stdio, env, ipc };
  const descriptor = tokenDescriptor(launch.channel);
  const more: 'pipe'[] = descriptor < stdio.length ? [] : ['pipe'];
  return { stdio: [...stdio, ...more], env: { ...env, GREENROOM_TOKEN_FD: String(descriptor) }, ipc };
}

/** Gives a process that was started with this wiring its token, where that is not in its environment. */
export function deliverToken(child: Pipes, launch: Wired, token: string): void {
  if (launch.tokenDelivery !== 'descriptor') return;
  const line = `${token}\n`;
  if (launch.channel === 'stdio') return void child.stdin?.write(line);
  const stream = child.stdio[tokenDescriptor(launch.channel)] as Writable;
  stream.end(line, () => stream.destroy());
}

/** The channel to a process started with this wiring. */
export function openChannel(child: Pipes, kind: Kind, limits: ChannelLimits): Channel {
  if (kind === 'stdio') {
    const { stdin, stdout } = child;
    return linesChannel({ readable: stdout as Readable, writable: stdin as Writable }, limits);
  }
  if (kind === 'lines') return linesChannel(child.stdio[3] as Duplex, limits);
  return usesNodesOwnIpc
    ? nodeChannel(child as ChildProcess, limits)
    : ownedNodeChannel(child.stdio[3] as Duplex, limits);
}

// Elsewhere Node's IPC is lines of JSON on a socket, and the host does better when it owns that: real backpressure, and limits before parsing.
const usesNodesOwnIpc = process.platform === 'win32';

function channelWiring(kind: Kind): Wiring {
  if (kind === 'stdio') return { stdio: ['pipe', 'pipe', 'pipe'], env: {}, ipc: false };
  if (kind === 'lines') return { stdio: ['ignore', 'pipe', 'pipe', 'pipe'], env: {}, ipc: false };
  if (usesNodesOwnIpc) return { stdio: ['ignore', 'pipe', 'pipe'], env: {}, ipc: true };
  return { stdio: ['ignore', 'pipe', 'pipe', 'pipe'], env: ownedNodeEnvironment, ipc: false };
}

/** The first that the channel leaves free; Node appends its own after it. */
function tokenDescriptor(kind: Kind): number {
  return kind === 'stdio' ? 0 : channelWiring(kind).stdio.length;
}
