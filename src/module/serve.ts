import { systemClock } from '../clock.ts';
import { GreenroomError } from '../errors.ts';
import { packBytes, unpackBytes } from '../ipc/bytes.ts';
import type { Channel, Json } from '../ipc/channel.ts';
import { excerpt } from '../ipc/excerpt.ts';
import type { Frame } from '../ipc/peer-frame.ts';
import { createPeer, type Peer } from '../ipc/peer.ts';
import type { ShortFrame } from '../ipc/short-frames.ts';
import { isOwnName } from '../native/own-names.ts';
import { agree, type Agreement, nothingAgreed } from './agreement.ts';
import type { ModuleDefinition } from './definition.ts';
import { answerCall, answerOwnCall, type ServedModule, takeNotification } from './dispatch.ts';
import { createModuleHost } from './host.ts';
import type { Life } from './life.ts';
import { readAnswer } from './read-answer.ts';

/** A module and what it is served with. */
export interface Service {
  readonly definition: ModuleDefinition;
  readonly channel: Channel;
  readonly life: Life;
  /** A line for whoever reads the module's output. */
  readonly warn: (line: string) => void;
  readonly onRegistered: () => void;
}

/** Answers a host that has read, or is about to read, the module's `register`. Whatever the host sends, nothing is thrown. */
export function serve(service: Service): void {
  const { channel, life, warn, onRegistered } = service;
  const agreed: Agreed = { now: nothingAgreed };
  const peer = createModulePeer(service, agreed);
  const receiver = { peer, agreed, warn };
  let registered = false;
  channel.start({
    onMessage(frame, attachments) {
      if (registered) return receive(receiver, frame, attachments);
      const answer = readAnswer(frame);
      registered = answer.registered;
      if (answer.registered) {
        agreed.now = agree(frame, channel);
        if (agreed.now.short) peer.speakShort();
        return onRegistered();
      }
      warn(answer.why);
      if (answer.exitCode !== null) life.leave(answer.exitCode);
    },
    onUnsent(frame, error) {
      if (!peer.unsent(frame, error)) warn(error.message);
    },
    onMalformed(frame) {
      warn(`The host sent a broken frame (${frame.reason}): ${frame.excerpt}`);
      if (frame.fatal) life.leave(1);
    },
    onClose() {
      peer.close(
        new GreenroomError('CONNECTION_LOST', 'The host closed the channel of this module, or is gone.'),
      );
      life.abandon();
    },
  });
}

const awaited = new Set(['$ping', '$init', '$configure']);

interface Agreed {
  now: Agreement;
}

function createModulePeer({ definition, channel, life }: Service, agreed: Agreed): Peer {
  const peer: Peer = createPeer({
    send(frame, how) {
      const packed = packBytes(frame as Frame | ShortFrame, agreed.now.carriage);
      if (packed === undefined) channel.send(frame, how);
      else channel.send(packed.frame as Json, how, packed.attachments);
    },
    onCall: (name, payload, call) =>
      isOwnName(name) ? answerCall(name, payload, call, module) : answerAndFlush(name, payload),
    onAnswerLost: (name, error) =>
      host.log('error', `The answer to ${name} could not be sent: ${(error as Error).message}`),
    onNotification: (name, payload) => void takeNotification({ name, payload }, module),
    clock: systemClock,
    callTimeout: 5000,
    // Among them are `$configure` and `$stop`, which handlers that hang must not keep from it.
    mostAnswering: Infinity,
  });
  const host = createModuleHost(peer, channel);
  const module: ServedModule = { definition, host, life };
  const answerAndFlush = async (name: string, payload: unknown): Promise<void> => {
    try {
      await answerOwnCall(name, payload, module);
    } finally {
      // Its host waits for these without a deadline of the call: a queue that the module itself has filled must not lose them.
      if (awaited.has(name)) await channel.flush();
    }
  };
  return peer;
}

interface Receiver {
  readonly peer: Peer;
  readonly agreed: Agreed;
  readonly warn: (line: string) => void;
}

function receive(
  { peer, agreed, warn }: Receiver,
  frame: unknown,
  attachments: readonly Uint8Array[] | undefined,
): void {
  const wrong = agreed.now.carriage === 'refused' ? undefined : unpackBytes(frame, attachments);
  if (wrong === undefined && peer.receive(frame) !== 'malformed') return;
  warn(
    `The host sent a frame this module can't read${wrong === undefined ? '' : `, because ${wrong}`}: ${excerpt(frame)}`,
  );
}
