import { mkdtemp, rm } from 'node:fs/promises';
import { createServer, type Server, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import type { Act } from '../acts.ts';

/** Tells played processes what to do while they live. Not for Windows. */
export interface Remote extends AsyncDisposable {
  /** Where they listen. */
  readonly socket: string;
  /** Resolves when a process is there, and so far that it hears signals. */
  present(connection: string, incarnation: number): Promise<void>;
  /** Makes a process do something; resolves when it has, or is gone. Waits until it is there; if it is, it is told before this returns. */
  does(connection: string, incarnation: number, act: Act): Promise<void>;
}

/** Opens a remote control. */
export async function createRemote(): Promise<Remote> {
  const folder = await mkdtemp(join(tmpdir(), 'greenroom-'));
  const socket = join(folder, 'remote');
  const far = new FarProcesses();
  const server = createServer((connection) => far.greet(connection));
  await new Promise<void>((resolve) => server.listen(socket, resolve));
  return {
    socket,
    present: (connection, incarnation) => far.present(`${connection} ${incarnation}`),
    does: (connection, incarnation, act) => far.tell(`${connection} ${incarnation}`, act),
    async [Symbol.asyncDispose]() {
      far.leave();
      await closed(server);
      await rm(folder, { recursive: true, force: true });
    },
  };
}

interface FarProcess {
  tell(act: Act): Promise<void>;
  leave(): void;
}

class FarProcesses {
  readonly #present = new Map<string, FarProcess>();
  readonly #arrivals = new Map<string, (() => void)[]>();

  greet(socket: Socket): void {
    const waiting: (() => void)[] = [];
    socket.on('error', () => {});
    socket.on('close', () => {
      for (const resolve of waiting.splice(0)) resolve();
    });
    createInterface(socket).on('line', (line) => {
      if (line === 'done') return waiting.shift()?.();
      const { connection, incarnation } = JSON.parse(line) as { connection: string; incarnation: number };
      const key = `${connection} ${incarnation}`;
      this.#present.set(key, farProcess(socket, waiting));
      for (const resolve of this.#arrivals.get(key) ?? []) resolve();
    });
  }

  present(key: string): Promise<void> {
    if (this.#present.has(key)) return Promise.resolve();
    return new Promise((resolve) => this.#arrivals.set(key, [...(this.#arrivals.get(key) ?? []), resolve]));
  }

  tell(key: string, act: Act): Promise<void> {
    const process = this.#present.get(key);
    return process === undefined ? this.present(key).then(() => this.tell(key, act)) : process.tell(act);
  }

  leave(): void {
    for (const process of this.#present.values()) process.leave();
  }
}

function farProcess(socket: Socket, waiting: (() => void)[]): FarProcess {
  return {
    tell: (act) =>
      new Promise((resolve) => {
        if (socket.destroyed) return resolve();
        waiting.push(resolve);
        socket.write(`${JSON.stringify(act)}\n`);
      }),
    leave: () => socket.destroy(),
  };
}

function closed(server: Server): Promise<void> {
  return new Promise((resolve) => server.close(() => resolve()));
}
