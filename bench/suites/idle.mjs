// What connections cost that are ready and have nothing to do. Their modules are shell scripts, so that a hundred of them fit anywhere.
import { inHost } from './host.mjs';

export default {
  contenders: { greenroom: () => ({}) },
  blocks: {
    idle: (_, { idleSeconds, isWarmUp }) =>
      isWarmUp ? undefined : inHost('idle-host.mjs', 100, idleSeconds),
  },
};
