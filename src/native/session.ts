import { GreenroomError } from '../errors.ts';
import { type Carriage, packBytes, unpackBytes } from '../ipc/bytes.ts';
import type { Json, SendOptions } from '../ipc/channel.ts';
import type { Frame } from '../ipc/peer-frame.ts';
import { createPeer, type Peer } from '../ipc/peer.ts';
import type { ShortFrame } from '../ipc/short-frames.ts';
import type {
  CallOptions,
  InboundMessage,
  ModuleSettings,
  Session,
  SessionPort,
} from '../process/protocol.ts';
import type { CallFrame, NotifyFrame } from './frames.ts';
import { init, refused, registered, waitingPing } from './host-frames.ts';
import { isOwnName, reservedName } from './own-names.ts';
import { Reception } from './reception.ts';
import { answeredWaitingSince, batchesSince, bytesSince } from './versions.ts';

/** One incarnation's conversation in our own protocol. */
export function createSession(port: SessionPort): Session {
  return new NativeSession(port);
}

class NativeSession implements Session {
  readonly #port: SessionPort;
  readonly #peer: Peer;
  readonly #reception: Reception;
  /** Why nothing may be sent; undefined before the registration is accepted, null while everything may. */
  #shut: GreenroomError | null | undefined;
  #carriage: Carriage = 'refused';

  constructor(port: SessionPort) {
    this.#port = port;
    this.#peer = createPeer({
      send: (frame, how) => this.#send(frame, how),
      onCall: (name, payload, call) => port.app.call(name, payload, call),
      onNotification: (name, payload) => port.app.notify(name, payload),
      onAnswerLost: (name, error) => this.#reportLost(`the answer to its call ${name}`, error),
      clock: port.clock,
      callTimeout: 5000,
    });
    this.#reception = new Reception(port, this.#peer, (frame) => this.#answerMissing(frame));
    // What it has said since then is read already.
    if (port.isAccepted) this.#reception.onRegistered = () => this.#agreeOn();
  }

  onFrame(frame: unknown, attachments?: readonly Uint8Array[]): void {
    const wrong = this.#carriage === 'refused' ? undefined : unpackBytes(frame, attachments);
    if (wrong === undefined) this.#reception.receive(frame);
    else this.#reception.refuse(frame, wrong);
  }

  onUnsent(frame: Json, error: GreenroomError): void {
    if (!this.#peer.unsent(frame, error)) this.#reportLost('a notification', error);
  }

  acceptRegistration(): void {
    if (this.#shut !== undefined) return;
    this.#shut = null;
    if (this.#port.isAccepted) return;
    this.#trySend(registered(this.#port, this.#reception.registration));
    this.#agreeOn();
  }

  acceptWaiting(onWaits: (isAccepted: boolean, answer?: unknown) => void): void {
    if (this.#version < answeredWaitingSince) return onWaits(false);
    this.#trySend(registered(this.#port, this.#reception.registration));
    this.#port.expectAttachments?.();
    this.#port.expectBatches?.();
    // Enough to know the answer to the ping; everything else is for whoever takes it.
    this.#reception.speaksShort = true;
    this.#reception.onPinged = (answer) => onWaits(true, answer);
    this.#trySend(waitingPing);
  }

  refuseRegistration(reason: string): void {
    this.#trySend(refused(this.#reception.registration, reason));
  }

  initialise(settings: ModuleSettings): void {
    try {
      if (this.#shut !== null) throw this.#refusal();
      this.#port.send(init(this.#port, settings));
      this.#reception.initialising = true;
    } catch (error) {
      this.#port.report({
        type: 'module.initFailed',
        message: (error as Error).message,
        misconfigured: false,
      });
    }
  }

  async configure({ config, secrets, label }: ModuleSettings): Promise<'taken' | 'restart'> {
    if (this.#shut !== null) throw this.#refusal();
    try {
      await this.#peer.call('$configure', { config, secrets, label }, {});
      return 'taken';
    } catch (error) {
      if ((error as GreenroomError).data['remoteCode'] === 'HANDLER_MISSING') return 'restart';
      throw error;
    }
  }

  async ping(): Promise<void> {
    if (this.#shut !== null) throw this.#refusal();
    try {
      await this.#peer.call('$ping', undefined, { timeout: 0 });
    } catch (error) {
      // An error is an answer too: the event loop turns.
      if ((error as GreenroomError).code !== 'CALL_FAILED') throw error;
    }
  }

  askToStop(): void {
    if (this.#shut !== null) return;
    this.#peer.call('$stop', undefined, { timeout: 0 }).catch((error: GreenroomError) => {
      if (error === this.#shut) return;
      this.#reportLost('$stop', error);
    });
  }

  deliver(message: InboundMessage): void {
    const frame = message.frame as CallFrame | NotifyFrame;
    if (frame.type === 'notify') return this.#port.app.notify(frame.name, frame.payload);
    if (this.#reception.waiting.take(frame.id)) return;
    if (this.#peer.receive(frame) !== 'malformed') return;
    this.#reception.refuse(frame, 'a call with the same `id` is still being answered');
  }

  call(name: string, payload: unknown, options: CallOptions): Promise<unknown> {
    if (this.#shut !== null) return Promise.reject(this.#refusal());
    return isOwnName(name) ? this.#peer.call(name, payload, options) : Promise.reject(reservedName(name));
  }

  notify(name: string, payload: unknown, options?: SendOptions): void {
    if (this.#shut !== null) throw this.#refusal();
    if (!isOwnName(name)) throw reservedName(name);
    this.#peer.notify(name, payload, options);
  }

  close(error: GreenroomError): void {
    if (this.#shut) return;
    this.#shut = error;
    this.#peer.close(error);
  }

  // Only when somebody is told, because to make an error takes as long as to read ten frames.
  #refusal(): GreenroomError {
    const { connectionId, incarnation } = this.#port;
    return (
      this.#shut ??
      new GreenroomError(
        'CONNECTION_NOT_READY',
        `Connection ${connectionId}, incarnation ${incarnation}: its registration is not accepted, so nothing can be sent to it. Wait until it is ready.`,
      )
    );
  }

  /** Zero if there is none. */
  get #version(): number {
    return this.#reception.registration?.version ?? 0;
  }

  #agreeOn(): void {
    if (this.#version < bytesSince) return;
    this.#carriage = this.#port.expectAttachments === undefined ? 'text' : 'attached';
    this.#port.expectAttachments?.();
    if (this.#version < batchesSince) return;
    this.#port.expectBatches?.();
    this.#peer.speakShort();
    this.#reception.speaksShort = true;
  }

  #send(frame: Json, how?: SendOptions): void {
    const packed = packBytes(frame as Frame | ShortFrame, this.#carriage);
    if (packed === undefined) this.#port.send(frame, how);
    else this.#port.send(packed.frame as Json, how, packed.attachments);
  }

  #answerMissing({ id, name }: CallFrame): void {
    if (this.#shut !== null) return;
    const message = `The host answers no call ${name.slice(0, 100)}: names that start with $ belong to the protocol.`;
    this.#trySend({ type: 'error', id, error: { name: 'GreenroomError', code: 'HANDLER_MISSING', message } });
  }

  #reportLost(what: string, error: unknown): void {
    const detail = `Connection ${this.#port.connectionId}, incarnation ${this.#port.incarnation}: ${what} failed: ${(error as Error).message}`;
    this.#port.report({ type: 'message.refused', detail, fatal: false });
  }

  #trySend(frame: Json): void {
    try {
      this.#port.send(frame);
    } catch {
      // Answers fail only on a closed or clogged channel, and whoever owns the channel acts on both.
    }
  }
}
