import { Console } from 'node:console';
import { Socket } from 'node:net';
import type { Channel } from '../ipc/channel.ts';
import { linesChannel } from '../ipc/lines.ts';
import { nodeChannel } from '../ipc/node.ts';
import { type Identity, notAModuleProcess } from './identity.ts';

/**
 * Opens this process's channel to its host.
 * @throws {GreenroomError} `NOT_A_MODULE_PROCESS` when it was announced but isn't there.
 */
export function openChannel(kind: Identity['channel']): Channel {
  if (kind === 'stdio') return stdioChannel();
  if (kind === 'fd:3') return descriptorChannel();
  if (!process.send)
    throw notAModuleProcess('GREENROOM_CHANNEL is node, but Node has no channel to its parent');
  return nodeChannel(process);
}

function descriptorChannel(): Channel {
  try {
    return linesChannel(new Socket({ fd: 3, readable: true, writable: true }));
  } catch {
    throw notAModuleProcess(
      'GREENROOM_CHANNEL is fd:3, but descriptor 3 is not open for reading and writing',
    );
  }
}

function stdioChannel(): Channel {
  const channel = linesChannel({ readable: process.stdin, writable: process.stdout });
  // stdout is the wire from here on: one stray console.log would be taken for a broken frame.
  Object.defineProperty(process, 'stdout', { value: process.stderr, configurable: true });
  globalThis.console = new Console(process.stderr, process.stderr);
  return channel;
}
