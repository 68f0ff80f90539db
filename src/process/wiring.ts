import type { ChildProcess, ChildProcessWithoutNullStreams } from 'node:child_process';
import type { Duplex } from 'node:stream';
import type { Channel, ChannelLimits } from '../ipc/channel.ts';
import { linesChannel } from '../ipc/lines.ts';
import { nodeChannel } from '../ipc/node.ts';
import { ownedNodeChannel, ownedNodeEnvironment } from '../ipc/owned-node.ts';
import type { Launch } from './protocol.ts';

type Kind = Launch['channel'];

export interface Wiring {
  readonly stdio: ['ignore' | 'pipe', 'pipe', 'pipe', ...'pipe'[]];
  /** What tells the process which descriptor its channel is on. */
  readonly env: Readonly<Record<string, string>>;
  /** Node is to make a channel of its own. */
  readonly ipc: boolean;
}

/** How a process must be started to have this kind of channel. Without it on stdin, a module can't wait for the host's terminal. */
export function wiring(kind: Kind): Wiring {
  if (kind === 'stdio') return { stdio: ['pipe', 'pipe', 'pipe'], env: {}, ipc: false };
  if (kind === 'lines') return { stdio: ['ignore', 'pipe', 'pipe', 'pipe'], env: {}, ipc: false };
  if (usesNodesOwnIpc) return { stdio: ['ignore', 'pipe', 'pipe'], env: {}, ipc: true };
  return { stdio: ['ignore', 'pipe', 'pipe', 'pipe'], env: ownedNodeEnvironment, ipc: false };
}

/** The channel to a process started with this wiring. */
export function openChannel(child: ChildProcess, kind: Kind, limits: ChannelLimits): Channel {
  if (kind === 'stdio') {
    const { stdin, stdout } = child as ChildProcessWithoutNullStreams;
    return linesChannel({ readable: stdout, writable: stdin }, limits);
  }
  if (kind === 'lines') return linesChannel(child.stdio[3] as Duplex, limits);
  return usesNodesOwnIpc ? nodeChannel(child, limits) : ownedNodeChannel(child.stdio[3] as Duplex, limits);
}

// Elsewhere Node's IPC is lines of JSON on a socket, and the host does better when it owns that: real backpressure, and limits before parsing.
const usesNodesOwnIpc = process.platform === 'win32';
