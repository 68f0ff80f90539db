import { excerpt } from '../ipc/excerpt.ts';
import type { Peer } from '../ipc/peer.ts';
import type { SessionPort } from '../process/protocol.ts';
import { type CallFrame, type NotifyFrame, type NumberedFrame, readFrame } from './frames.ts';
import { readInitFailure } from './init-failure.ts';
import { readRegistration, type Registration } from './registration.ts';
import { readReserved } from './reserved.ts';
import { inFull, shortKinds } from '../ipc/short-frames.ts';
import { versionsOn } from './versions.ts';
import { createWaitingCalls } from './waiting-calls.ts';

/** `$init` is sent beside the peer, under an id the peer's calls never reach, so that its answer is reported in the order it came, not a microtask later. */
export const initId = 2 ** 30;

/** The same of the ping to a process that is to wait. */
export const waitingPingId = initId + 1;

/** Sorts what a module sends: news for the statechart, messages for the app, answers for pending calls, and the rest refused. */
export class Reception {
  readonly #port: SessionPort;
  readonly #peer: Peer;
  readonly #answerMissing: (frame: CallFrame) => void;
  readonly waiting = createWaitingCalls();
  /** The last `register` that came. */
  registration: Registration | null = null;
  /** Frames may come as lists. */
  speaksShort = false;
  /** `$init` was sent and is not yet answered. */
  initialising = false;
  /** Takes the answer to the ping of a process that is to wait, as it came, while there is none. */
  onPinged: ((answer: unknown) => void) | undefined;
  /** Hears of a registration before it is reported. */
  onRegistered: (() => void) | undefined;

  constructor(port: SessionPort, peer: Peer, answerMissing: (frame: CallFrame) => void) {
    this.#port = port;
    this.#peer = peer;
    this.#answerMissing = answerMissing;
  }

  receive(raw: unknown): void {
    if (Array.isArray(raw) && this.speaksShort) return this.#receiveShort(raw);
    this.#receiveInFull(raw, raw);
  }

  /** Reports a frame that can't be acted upon; the connection lives on. */
  refuse(raw: unknown, why: string): void {
    const { connectionId, incarnation } = this.#port;
    const detail = `Connection ${connectionId}, incarnation ${incarnation}, sent a frame that is refused: ${why}. It sent ${excerpt(raw)}`;
    this.#port.report({ type: 'message.refused', detail, fatal: false });
  }

  // Nearly all that comes in great numbers are results, which nobody but the peer has to see.
  #receiveShort(raw: readonly unknown[]): void {
    const [kind, id] = raw;
    const isResult = kind === shortKinds.result && !(id === initId && this.initialising);
    if (isResult && this.#peer.receive(raw) === 'handled') return;
    this.#receiveInFull(inFull(raw) ?? raw, raw);
  }

  #receiveInFull(raw: unknown, asItCame: unknown): void {
    const frame = readFrame(raw);
    if (typeof frame === 'string') return this.refuse(raw, frame);
    switch (frame.type) {
      case 'register':
        return this.#onRegister(
          readRegistration(frame, this.#port.token, versionsOn(this.#port.expectBatches !== undefined)),
        );
      case 'call':
        return this.#onCall(frame);
      case 'notify':
        return this.#onNotification(frame);
      case 'cancel':
        return this.#onCancel(frame);
      case 'result':
      case 'error':
        return this.#onAnswer(frame, asItCame);
    }
  }

  #onRegister(registration: Registration): void {
    this.registration = registration;
    this.onRegistered?.();
    this.#port.report({
      type: 'module.registered',
      tokenValid: registration.tokenValid,
      versionSupported: registration.version !== null,
      detail: registration.detail,
    });
  }

  #onCall(frame: CallFrame): void {
    if (frame.name.startsWith('$')) {
      this.refuse(frame, 'modules must not call names that start with $');
      return this.#answerMissing(frame);
    }
    this.waiting.add(frame.id);
    this.#port.receive({ kind: 'call', name: frame.name, early: false, frame });
  }

  #onCancel(frame: NumberedFrame): void {
    // One for a call that was answered meanwhile is no mistake: the two frames crossed.
    if (!this.waiting.cancel(frame.id)) this.#peer.receive(frame);
  }

  #onNotification(frame: NotifyFrame): void {
    if (!frame.name.startsWith('$')) {
      return this.#port.receive({ kind: 'notification', name: frame.name, early: false, frame });
    }
    const reserved = readReserved(frame.name, frame.payload);
    if (reserved.is === 'wrong') return this.refuse(frame, reserved.why);
    if (reserved.is === 'news') return this.#port.report(reserved.news);
    this.#port.receive({ kind: 'notification', name: frame.name, early: reserved.early, frame });
  }

  #onAnswer(frame: NumberedFrame, asItCame: unknown): void {
    if (frame.id === initId && this.initialising) {
      this.initialising = false;
      return this.#port.report(
        frame.type === 'error' ? readInitFailure(frame.error) : { type: 'module.initialised' },
      );
    }
    const { onPinged } = this;
    if (frame.id === waitingPingId && onPinged !== undefined) {
      this.onPinged = undefined;
      return onPinged(asItCame);
    }
    const outcome = this.#peer.receive(frame);
    if (outcome === 'malformed') return this.refuse(frame, 'its `error` must be an object with a `message`');
    if (outcome === 'unexpected') {
      this.#port.receive({ kind: 'response', name: `${frame.type} ${frame.id}`, early: false, frame });
    }
  }
}
