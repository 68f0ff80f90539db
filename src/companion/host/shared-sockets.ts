import { fieldsOf } from '../fields.ts';
import { SharedSocket, type Family } from './shared-socket.ts';
import type { CompanionManager } from './watchable.ts';

/** Which connection a call came from, and whether its module still waits. */
export interface Caller {
  readonly connection: string;
  readonly signal: AbortSignal;
}

/** One port that modules share. */
export interface SharedSocketStatus {
  readonly family: Family;
  readonly port: number;
  readonly members: readonly {
    readonly connection: string;
    readonly handle: string;
    /** Packets it did not get, because it was not ready for too long or did not read. */
    readonly lost: number;
  }[];
}

/** The address to bind, for each family. Default: all, because devices are elsewhere. */
export type SharedAddresses = Partial<Readonly<Record<Family, string>>>;

/** Handles that one module may have, so that it can't use up what the host may open. */
const mostHandles = 100;

/** UDP ports that several modules listen on together, from API 1.8: one socket for each family and port, closed when the last module has left it or died. */
export class SharedSockets {
  readonly #manager: () => Pick<CompanionManager, 'get'>;
  readonly #addresses: SharedAddresses;
  readonly #sockets = new Map<string, SharedSocket>();
  #handles = 0;

  constructor(manager: () => Pick<CompanionManager, 'get'>, addresses: SharedAddresses) {
    this.#manager = manager;
    this.#addresses = addresses;
  }

  get status(): readonly SharedSocketStatus[] {
    return [...this.#sockets.values()].map(({ family, port, members }) => ({
      family,
      port,
      members: [...members].map(([handle, { connection, lost }]) => ({ connection, handle, lost })),
    }));
  }

  /** Resolves with the handle once the port is bound. Rejects when it can't be, and for a module that is gone meanwhile. */
  async join(payload: unknown, { connection, signal }: Caller): Promise<string> {
    const { family, port } = checked(payload);
    if (this.#of(connection).length >= mostHandles)
      throw new Error(`This module has ${mostHandles} shared sockets already: leave one first.`);
    const key = `${family} ${port}`;
    const handle = `${key} ${++this.#handles}`;
    const socket = this.#sockets.get(key) ?? this.#open(key, family, port);
    socket.members.set(handle, { connection, lost: 0, waiting: [] });
    try {
      await socket.bound;
      signal.throwIfAborted();
    } catch (error) {
      this.#leave(key, socket, handle);
      throw error;
    }
    return handle;
  }

  leave(payload: unknown, caller: Caller): void {
    const { key, socket, handle } = this.#find(payload, caller);
    this.#leave(key, socket, handle);
  }

  /** Resolves when the operating system has the packet. */
  async send(payload: unknown, caller: Caller): Promise<void> {
    await this.#find(payload, caller).socket.send(fieldsOf(payload));
  }

  /** The process of this connection is gone, and all its handles with it. */
  release(connection: string): void {
    for (const { key, socket, handle } of this.#of(connection)) this.#leave(key, socket, handle);
  }

  /** A connection can be told things: it gets what came for it meanwhile. */
  handOver(connection: string): void {
    for (const { socket, handle } of this.#of(connection)) socket.handOver(handle);
  }

  close(): void {
    for (const socket of this.#sockets.values()) socket.close();
    this.#sockets.clear();
  }

  #open(key: string, family: Family, port: number): SharedSocket {
    const socket = new SharedSocket({
      manager: this.#manager,
      family,
      port,
      address: this.#addresses[family],
      onGone: () => void (this.#sockets.get(key) === socket && this.#sockets.delete(key)),
    });
    this.#sockets.set(key, socket);
    return socket;
  }

  #leave(key: string, socket: SharedSocket, handle: string): void {
    socket.members.delete(handle);
    if (socket.members.size > 0) return;
    if (this.#sockets.get(key) === socket) this.#sockets.delete(key);
    socket.close();
  }

  #of(connection: string) {
    return [...this.#sockets].flatMap(([key, socket]) =>
      [...socket.members]
        .filter(([, member]) => member.connection === connection)
        .map(([handle]) => ({ key, socket, handle })),
    );
  }

  /** A handle counts for the connection that got it only. */
  #find(payload: unknown, { connection }: Caller) {
    const wanted = fieldsOf(payload).get('handleId');
    const found = this.#of(connection).find(({ handle }) => handle === wanted);
    if (found) return found;
    throw new Error(`This module has no shared socket ${String(wanted)}: it has left it, or never joined.`);
  }
}

function checked(payload: unknown): { readonly family: Family; readonly port: number } {
  const fields = fieldsOf(payload);
  const [family, port] = [fields.get('family'), fields.get('portNumber')];
  if (family !== 'udp4' && family !== 'udp6')
    throw new Error(`A shared socket is of the family udp4 or udp6, not ${String(family)}.`);
  if (typeof port !== 'number' || !Number.isInteger(port) || port < 1 || port > 65_535)
    throw new Error(`A shared socket has a port from 1 to 65535, not ${String(port)}.`);
  return { family, port };
}
