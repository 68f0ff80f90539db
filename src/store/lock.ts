import { constants } from 'node:fs';
import { open, stat } from 'node:fs/promises';
import { createServer, type Server } from 'node:net';
import path from 'node:path';

/** What one store at a time holds. The operating system takes it back when the process ends, however that happens: no lock is ever left over. */
export interface Lock {
  release(): Promise<void>;
}

/** Takes the lock of a folder. Null: somebody has it, who may be in this process. Where there are no locks that is a warning of the process. */
export async function lockFolder(folder: string): Promise<Lock | null> {
  try {
    return isNamed ? await lockName(await nameFor(folder)) : await lockFile(path.join(folder, 'lock'));
  } catch (error) {
    if (isTaken(error)) return null;
    process.emitWarning(
      `The store in ${folder} can't be locked: ${String(error)}. See to it that no other app opens it.`,
      'GreenroomWarning',
    );
    return { release: () => Promise.resolve() };
  }
}

/** Where the system has names for sockets that are no files. */
const isNamed = process.platform === 'linux' || process.platform === 'win32';

/** The same by whatever path one comes to the folder. */
async function nameFor(folder: string): Promise<string> {
  const { dev, ino } = await stat(folder, { bigint: true });
  return `${process.platform === 'win32' ? '\\\\.\\pipe\\' : '\0'}greenroom-store-${dev}-${ino}`;
}

/** Nobody speaks over this socket: that it listens is the lock. */
async function lockName(name: string): Promise<Lock> {
  const server = createServer((stranger) => stranger.destroy());
  await new Promise<void>((resolve, reject) => {
    // Also hears, and ignores, that a stranger could not be accepted later on.
    server.on('error', reject);
    // A worker of a cluster would be lent the socket that another one has.
    server.listen({ path: name, exclusive: true }, resolve);
  });
  server.unref();
  return { release: () => closed(server) };
}

/** `O_EXLOCK` of macOS and the BSDs, for which Node has no name. */
const exclusively = 0x20;

async function lockFile(file: string): Promise<Lock> {
  const { O_CREAT, O_NONBLOCK, O_RDWR } = constants;
  const handle = await open(file, O_RDWR | O_CREAT | O_NONBLOCK | exclusively, 0o600);
  return { release: () => handle.close() };
}

function closed(server: Server): Promise<void> {
  return new Promise((resolve) => {
    server.close(() => resolve());
  });
}

function isTaken(error: unknown): boolean {
  return error instanceof Error && 'code' in error && ['EADDRINUSE', 'EAGAIN'].includes(String(error.code));
}
