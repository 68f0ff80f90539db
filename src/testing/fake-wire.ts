import type { Clock } from '../clock.ts';
import { GreenroomError } from '../errors.ts';
import type { CallMeta } from '../ipc/call-meta.ts';
import { type Carriage, packBytes, unpackBytes } from '../ipc/bytes.ts';
import type { Channel, Json } from '../ipc/channel.ts';
import { agree } from '../module/agreement.ts';
import type { Frame } from '../ipc/peer-frame.ts';
import { createPeer, type Peer } from '../ipc/peer.ts';
import type { FakeCall, Life } from './life.ts';

/** What came back from a handler of the app. */
export interface Answer {
  readonly call: string;
  readonly value?: unknown;
  readonly error?: unknown;
}

export interface FakeWireOptions {
  readonly channel: Channel;
  readonly clock: Clock;
  readonly identity: { readonly connectionId: string; readonly incarnation: number; readonly token: string };
  readonly life: Life;
  readonly onHeard: (what: string, payload: unknown) => void;
  /** `init` came. */
  readonly onInit: () => void;
  /** It was asked to stop. */
  readonly onStop: () => void;
}

interface HostFrame {
  readonly type: string;
  readonly id: number;
  readonly name?: string;
  readonly payload?: unknown;
}

/** The module's end of a fake process's channel, in our own protocol. It answers by itself what `Life` says, except for `init`. */
export class FakeWire {
  readonly answers: Answer[] = [];
  readonly #options: FakeWireOptions;
  readonly #peer: Peer;
  #unread: HostFrame[] | null = null;
  #initId: number | null = null;
  #carriage: Carriage = 'refused';

  constructor(options: FakeWireOptions) {
    const { channel, clock } = options;
    this.#options = options;
    this.#peer = createPeer({
      onCall: (name, payload, call) => this.#answer(name, payload, call),
      send: (frame) => channel.send((packBytes(frame as Frame, this.#carriage)?.frame as Json) ?? frame),
      onNotification: (name, payload) => options.onHeard(name, payload),
      clock,
      callTimeout: 0,
    });
    channel.start({
      onMessage: (frame) => this.#receive(frame as HostFrame),
      onMalformed: () => {},
      onClose: () => this.#peer.close(gone()),
    });
  }

  get hasInit(): boolean {
    return this.#initId !== null;
  }

  /** Sends a frame, into the void if the channel is closed. */
  send(frame: Json): void {
    if (this.#options.channel.isOpen) this.#options.channel.send(frame);
  }

  call(name: string, payload: unknown): void {
    this.#peer.call(name, payload).then(
      (value) => this.answers.push({ call: name, value }),
      (error: unknown) => this.answers.push({ call: name, error }),
    );
  }

  answerInit(error?: { readonly message: string; readonly code?: string }): void {
    const id = this.#initId;
    this.#initId = null;
    if (id === null) return;
    this.send(error === undefined ? { type: 'result', id } : { type: 'error', id, error });
  }

  /** Reads nothing from now on; what comes waits. */
  hang(): void {
    this.#unread ??= [];
  }

  recover(): void {
    const unread = this.#unread ?? [];
    this.#unread = null;
    for (const frame of unread) this.#receive(frame);
  }

  close(): void {
    this.#peer.close(gone());
    this.#options.channel.close();
  }

  #receive(frame: HostFrame): void {
    if (this.#unread !== null) return void this.#unread.push(frame);
    const name = frame.name ?? '';
    if (frame.type === 'call' && name.startsWith('$')) return this.#receiveReserved(name, frame);
    if (frame.type === 'registered' || frame.type === 'refused') return this.#hearAnswer(frame);
    if (this.#carriage !== 'refused') unpackBytes(frame);
    this.#peer.receive(frame);
  }

  #hearAnswer(frame: HostFrame): void {
    if (frame.type === 'registered') this.#carriage = agree(frame, this.#options.channel).carriage;
    this.#options.onHeard(frame.type, frame);
  }

  #receiveReserved(name: string, { id, payload }: HostFrame): void {
    if (name === '$ping') return this.send({ type: 'result', id });
    this.#options.onHeard(name, payload);
    if (name === '$configure') return this.#takeConfig(id);
    if (name === '$stop') return this.#options.onStop();
    this.#initId = id;
    this.#options.onInit();
  }

  #takeConfig(id: number): void {
    const { configure = 'takes' } = this.#options.life;
    if (configure === 'takes') return this.send({ type: 'result', id });
    const code = configure === 'needsRestart' ? 'HANDLER_MISSING' : 'REFUSED';
    this.send({ type: 'error', id, error: { message: 'The config is not taken over.', code } });
  }

  async #answer(
    name: string,
    payload: unknown,
    { signal, meta }: { readonly signal: AbortSignal; readonly meta: CallMeta },
  ): Promise<unknown> {
    const { identity, life, onHeard } = this.#options;
    onHeard(name, payload);
    const answers: Readonly<Record<string, FakeCall>> = life.calls ?? {};
    const answer = Object.hasOwn(answers, name) ? answers[name] : undefined;
    if (answer === undefined) throw unanswered(name, identity.connectionId, answers);
    const { connectionId: connection, incarnation } = identity;
    return answer(payload, { connection, incarnation, signal, meta });
  }
}

function gone(): GreenroomError {
  return new GreenroomError('CHANNEL_CLOSED', 'The channel of this fake process is closed.');
}

function unanswered(name: string, connection: string, answers: object): GreenroomError {
  const known = Object.keys(answers).join(', ') || 'none';
  return new GreenroomError(
    'HANDLER_MISSING',
    `The fake module of "${connection}" has no answer to the call "${name}"; it has: ${known}. Give one with the life's calls.`,
    { data: { connection, name } },
  );
}
