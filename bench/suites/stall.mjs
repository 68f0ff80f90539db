// For how long the event loop of a host with 1 GB stands still when a process is started.
import { inHost } from './host.mjs';

const host = (how) => () => ({ how });

export default {
  contenders: {
    spawn: host('spawn'),
    'greenroom, direct': host('direct'),
    'greenroom, launcher': host('launcher'),
  },
  blocks: {
    stall: ({ how }, { spawns, megabytes, isWarmUp }) =>
      isWarmUp ? undefined : inHost('big-host.mjs', how, spawns, megabytes),
  },
};
