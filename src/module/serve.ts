import { systemClock } from '../clock.ts';
import { GreenroomError } from '../errors.ts';
import type { Channel } from '../ipc/channel.ts';
import { excerpt } from '../ipc/excerpt.ts';
import { createPeer, type Peer } from '../ipc/peer.ts';
import type { ModuleDefinition } from './definition.ts';
import { answerCall, takeNotification } from './dispatch.ts';
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
  const peer = createModulePeer(service);
  let registered = false;
  channel.start({
    onMessage(frame) {
      if (registered) return receive(peer, frame, warn);
      const answer = readAnswer(frame);
      registered = answer.registered;
      if (answer.registered) return onRegistered();
      warn(answer.why);
      if (answer.exitCode !== null) life.leave(answer.exitCode);
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

function createModulePeer({ definition, channel, life }: Service): Peer {
  const peer: Peer = createPeer({
    send: (frame, how) => channel.send(frame, how),
    onCall: async (name, payload, call) => {
      try {
        return await answerCall(name, payload, call, { definition, host, life });
      } finally {
        // Its host waits for these without a deadline of the call: a queue that the module itself has filled must not lose them.
        if (awaited.has(name)) await channel.flush();
      }
    },
    onAnswerLost: (name, error) =>
      host.log('error', `The answer to ${name} could not be sent: ${(error as Error).message}`),
    onNotification: (name, payload) => void takeNotification({ name, payload }, { definition, host, life }),
    clock: systemClock,
    callTimeout: 5000,
  });
  const host = createModuleHost(peer, channel);
  return peer;
}

function receive(peer: Peer, frame: unknown, warn: (line: string) => void): void {
  if (peer.receive(frame) !== 'malformed') return;
  warn(`The host sent a frame this module can't read: ${excerpt(frame)}`);
}
