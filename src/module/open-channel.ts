import { Console } from 'node:console';
import { Socket } from 'node:net';
import type { Writable } from 'node:stream';
import type { Channel, ChannelLimits } from '../ipc/channel.ts';
import { linesChannel, type LineStreams } from '../ipc/lines.ts';
import { nodeChannel } from '../ipc/node.ts';
import type { Identity } from './identity.ts';
import { writeLast } from './last-writes.ts';
import { notAModuleProcess } from './not-a-module-process.ts';

/**
 * Opens this process's channel to its host.
 * @throws {GreenroomError} `NOT_A_MODULE_PROCESS` when it was announced but isn't there.
 */
export function openChannel({ channel: kind, frameBytes }: Identity): Channel {
  const limits = { frameBytes };
  if (kind === 'stdio') return stdioChannel(limits);
  if (kind === 'fd:3') return descriptorChannel(limits);
  if (!process.send)
    throw notAModuleProcess('GREENROOM_CHANNEL is node, but Node has no channel to its parent');
  return nodeChannel(process, limits);
}

function descriptorChannel(limits: Partial<ChannelLimits>): Channel {
  try {
    const socket = new Socket({ fd: 3, readable: true, writable: true });
    return lastingChannel(3, socket, socket, limits);
  } catch {
    throw notAModuleProcess(
      'GREENROOM_CHANNEL is fd:3, but descriptor 3 is not open for reading and writing',
    );
  }
}

function lastingChannel(
  descriptor: number,
  writable: Writable,
  streams: LineStreams,
  limits: Partial<ChannelLimits>,
): Channel {
  const channel = linesChannel(streams, limits);
  process.on('exit', () => writeLast(descriptor, writable, channel.takeUnwritten()));
  return channel;
}

function stdioChannel(limits: Partial<ChannelLimits>): Channel {
  const streams = { readable: process.stdin, writable: process.stdout };
  const channel = lastingChannel(1, streams.writable, streams, limits);
  // stdout is the wire from here on: one stray console.log would be taken for a broken frame.
  Object.defineProperty(process, 'stdout', { value: process.stderr, configurable: true });
  globalThis.console = new Console(process.stderr, process.stderr);
  return channel;
}
