// What connections cost that are ready and have nothing to do. Their modules are shell scripts, so that a hundred of them fit anywhere.
import { inHost } from './host.mjs';

const host =
  (...program) =>
  () => ({ program });

export default {
  contenders: {
    greenroom: host('idle-host.mjs', 'direct'),
    'greenroom, launcher': host('idle-host.mjs', 'launcher'),
    'execa, and a beat': host('idle-bare.mjs', 'execa'),
    'spawn, and a beat': host('idle-bare.mjs', 'spawn'),
  },
  blocks: {
    idle: ({ program }, { restSeconds, idleSeconds, isWarmUp }) =>
      isWarmUp ? undefined : inHost(...program, 100, restSeconds, idleSeconds),
  },
};
