import path from 'node:path';
import { systemClock } from '../clock.ts';
import { GreenroomError } from '../errors.ts';
import type { Channel } from '../ipc/channel.ts';
import { createPeer, type Peer } from '../ipc/peer.ts';
import { supportedVersions } from '../native/versions.ts';
import { checkDefinition, type ModuleDefinition } from './definition.ts';
import { answerCall, takeNotification } from './dispatch.ts';
import { createModuleHost } from './host.ts';
import { takeIdentity } from './identity.ts';
import { createLife, type Life } from './life.ts';
import { openChannel } from './open-channel.ts';
import { readAnswer } from './read-answer.ts';
import { sdk } from './sdk.ts';
import { startWatchdog, takeParent, type Parent } from './watchdog.ts';

/**
 * Makes this process a module: registers with the host that started it and serves it until it stops the module or is gone.
 * The process exits with 0 after a stop, 1 after an unhandled error or a frame after which none can be read, 78 when host and module have no protocol version in
 * common, and 77 when the host refuses the module for another reason.
 * @throws {GreenroomError} `OPTION_INVALID`; `NOT_A_MODULE_PROCESS` when no host started this process.
 * @example
 * runModule({
 *   init: ({ config }, host) => host.status('ok', `Connected to ${config.address}`),
 *   calls: { add: ({ a, b }) => a + b },
 * });
 */
export function runModule(definition: ModuleDefinition): void {
  checkDefinition(definition);
  const parent = takeParent(process.env);
  const identity = takeIdentity(process.env);
  const channel = openChannel(identity);
  const life = createLife(channel, () => definition.stop?.());
  const peer = createModulePeer(definition, channel, life);
  listen(channel, peer, life, parent);
  channel.send({
    type: 'register',
    token: identity.token,
    versions: supportedVersions,
    module: {
      name: nameOf(definition),
      ...(definition.version === undefined ? {} : { version: definition.version }),
    },
    sdk,
  });
}

function createModulePeer(definition: ModuleDefinition, channel: Channel, life: Life): Peer {
  const peer: Peer = createPeer({
    send: (frame, how) => channel.send(frame, how),
    onCall: (name, payload, call) => answerCall(name, payload, call, { definition, host, life }),
    onAnswerLost: (name, error) =>
      host.log('error', `The answer to ${name} could not be sent: ${(error as Error).message}`),
    onNotification: (name, payload) => void takeNotification({ name, payload }, { definition, host, life }),
    clock: systemClock,
    callTimeout: 5000,
  });
  const host = createModuleHost(peer, channel);
  return peer;
}

function listen(channel: Channel, peer: Peer, life: Life, parent: Parent): void {
  let registered = false;
  channel.start({
    onMessage(frame) {
      if (registered) return receive(peer, frame);
      const answer = readAnswer(frame);
      registered = answer.registered;
      if (answer.registered) return watch(parent);
      process.stderr.write(`${answer.why}\n`);
      if (answer.exitCode !== null) life.leave(answer.exitCode);
    },
    onMalformed(frame) {
      process.stderr.write(`The host sent a broken frame (${frame.reason}): ${frame.excerpt}\n`);
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

// Only now, because before that it would keep the module from registering as early as it could.
function watch(parent: Parent): void {
  try {
    startWatchdog(parent);
  } catch (error) {
    process.stderr.write(
      `This module outlives its host if it is busy when that is killed: ${String(error)}\n`,
    );
  }
}

function receive(peer: Peer, frame: unknown): void {
  if (peer.receive(frame) !== 'malformed') return;
  process.stderr.write(
    `The host sent a frame this module can't read: ${JSON.stringify(frame).slice(0, 200)}\n`,
  );
}

function nameOf(definition: ModuleDefinition): string {
  return definition.name ?? path.basename(process.argv[1] ?? 'module');
}
