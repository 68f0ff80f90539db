import { defaultChannelLimits } from '../ipc/channel.ts';
import { notAModuleProcess } from './not-a-module-process.ts';
import { takeToken } from './take-token.ts';

/** Who this process is, as the host told it. */
export interface Identity {
  readonly token: string;
  readonly channel: 'node' | 'fd:3' | 'stdio';
  /** The longest frame either way. */
  readonly frameBytes: number;
}

/**
 * Reads the identity from the environment, and the token from its descriptor, where it can be read only once.
 * @throws {GreenroomError} `NOT_A_MODULE_PROCESS` when there is none, or a channel we don't know.
 */
export function takeIdentity(environment: NodeJS.ProcessEnv): Identity {
  const descriptor = environment['GREENROOM_TOKEN_FD'];
  const channel = environment['GREENROOM_CHANNEL'];
  delete environment['GREENROOM_TOKEN_FD'];
  if (!descriptor || !channel) {
    throw notAModuleProcess('GREENROOM_TOKEN_FD and GREENROOM_CHANNEL are not both set');
  }
  if (channel !== 'node' && channel !== 'fd:3' && channel !== 'stdio') {
    throw notAModuleProcess(`GREENROOM_CHANNEL is ${channel.slice(0, 40)}, expected node, fd:3 or stdio`);
  }
  const frameBytes = Number(environment['GREENROOM_FRAME_BYTES']) || defaultChannelLimits.frameBytes;
  return { token: takeToken(Number(descriptor)), channel, frameBytes };
}
