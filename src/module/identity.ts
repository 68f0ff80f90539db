import { GreenroomError } from '../errors.ts';
import { defaultChannelLimits } from '../ipc/channel.ts';

/** Who this process is, as the host told it. */
export interface Identity {
  readonly token: string;
  readonly channel: 'node' | 'fd:3' | 'stdio';
  /** The longest frame either way. */
  readonly frameBytes: number;
}

/**
 * Reads the identity from the environment, and takes the token out of it so that processes the module starts don't inherit it.
 * @throws {GreenroomError} `NOT_A_MODULE_PROCESS` when there is none, or a channel we don't know.
 */
export function takeIdentity(environment: NodeJS.ProcessEnv): Identity {
  const token = environment['GREENROOM_TOKEN'];
  const channel = environment['GREENROOM_CHANNEL'];
  delete environment['GREENROOM_TOKEN'];
  if (!token || !channel) {
    throw notAModuleProcess('GREENROOM_TOKEN and GREENROOM_CHANNEL are not both set');
  }
  if (channel !== 'node' && channel !== 'fd:3' && channel !== 'stdio') {
    throw notAModuleProcess(`GREENROOM_CHANNEL is ${channel.slice(0, 40)}, expected node, fd:3 or stdio`);
  }
  const frameBytes = Number(environment['GREENROOM_FRAME_BYTES']) || defaultChannelLimits.frameBytes;
  return { token, channel, frameBytes };
}

/** The error of a program that was not started as a module; says how to run it. */
export function notAModuleProcess(found: string): GreenroomError {
  return new GreenroomError(
    'NOT_A_MODULE_PROCESS',
    `This program is a Greenroom module and can't run by itself: ${found}. ` +
      'Add it to a connections file and start it with `greenroom run <file.json>`, try it with `greenroom check <module folder>`, ' +
      'or embed it in an app with `nodeModule(path)`.',
  );
}
