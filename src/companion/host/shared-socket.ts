import { createSocket, type Socket } from 'node:dgram';
import type { CompanionManager } from './watchable.ts';

/** As Node names them. */
export type Family = 'udp4' | 'udp6';

/** Somebody who listens. */
export interface Member {
  readonly connection: string;
  lost: number;
  /** What came while its connection was not ready, the newest. */
  waiting: object[];
}

/** How a port is opened. */
export interface PortOptions {
  readonly manager: () => Pick<CompanionManager, 'get'>;
  readonly family: Family;
  readonly port: number;
  readonly address: string | undefined;
  /** The operating system took it away again, and the members were told. */
  readonly onGone: () => void;
}

/** Packets kept for a module that is not ready yet. */
const mostWaiting = 100;

/** One bound port and those who listen on it, by their handles. */
export class SharedSocket {
  readonly family: Family;
  readonly port: number;
  readonly members = new Map<string, Member>();
  /** Rejects when the port can't be had. */
  readonly bound: Promise<void>;
  readonly #socket: Socket;
  readonly #manager: PortOptions['manager'];
  readonly #onGone: () => void;
  #isClosed = false;

  constructor({ manager, family, port, address, onGone }: PortOptions) {
    this.family = family;
    this.port = port;
    this.#manager = manager;
    this.#onGone = onGone;
    // Several programs of one machine may listen to the same broadcasts.
    this.#socket = createSocket({ type: family, reuseAddr: true });
    this.#socket.on('message', (message, source) =>
      this.#tellAll('sharedUdpSocketMessage', { message, source }),
    );
    this.bound = this.#bind(address);
  }

  /** Rejects for what can't be sent. */
  send(fields: ReadonlyMap<string, unknown>): Promise<void> {
    const [message, port, address] = [fields.get('message'), fields.get('port'), fields.get('address')];
    if (!(message instanceof Uint8Array)) throw new Error('What a shared socket sends must be bytes.');
    return new Promise((resolve, reject) => {
      // Node throws for a port or an address of the wrong type, which rejects as well.
      this.#socket.send(message, port as number, address as string, (error) =>
        error ? reject(error) : resolve(),
      );
    });
  }

  /** Gives a member what came before it was ready. */
  handOver(handle: string): void {
    const waiting = this.members.get(handle)?.waiting.splice(0) ?? [];
    for (const payload of waiting) this.#tell(handle, 'sharedUdpSocketMessage', payload);
  }

  /** Idempotent. */
  close(): void {
    if (this.#isClosed) return;
    this.#isClosed = true;
    this.#socket.close();
  }

  #bind(address: string | undefined): Promise<void> {
    let isBound = false;
    return new Promise((resolve, reject) => {
      this.#socket.on('error', (error) => {
        if (isBound) this.#end(error);
        else reject(error);
      });
      // A socket that is closed before it is bound is never bound.
      this.#socket.once('close', () => reject(new Error('This shared socket was closed.')));
      this.#socket.bind(this.port, address, () => {
        isBound = true;
        resolve();
      });
    });
  }

  #end(error: Error): void {
    this.#tellAll('sharedUdpSocketError', { error: plain(error) });
    this.members.clear();
    this.#onGone();
    this.close();
  }

  #tellAll(name: string, payload: object): void {
    for (const handle of this.members.keys())
      this.#tell(handle, name, { handleId: handle, portNumber: this.port, ...payload });
  }

  #tell(handle: string, name: string, payload: object): void {
    const member = this.members.get(handle);
    if (member === undefined) return;
    try {
      this.#manager().get(member.connection).notify(name, payload);
    } catch (error) {
      hold(member, name, payload, error);
    }
  }
}

/** A module that doesn't read loses packets, as UDP may; before its connection is ready it can't be told, so what came last is kept. */
function hold(member: Member, name: string, payload: object, error: unknown): void {
  const isEarly = (error as { readonly code?: unknown }).code === 'CONNECTION_NOT_READY';
  if (isEarly && name === 'sharedUdpSocketMessage') member.waiting.push(payload);
  else member.lost++;
  while (member.waiting.length > mostWaiting) {
    member.waiting.shift();
    member.lost++;
  }
}

/** An error has no fields of its own on the wire. */
function plain(error: Error): object {
  return { message: error.message, ...('code' in error && { code: error.code }) };
}
