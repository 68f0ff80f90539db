// From kill -9 until the next process is ready, with the same handshake for all.
import { setTimeout as wait } from 'node:timers/promises';
import { recoveringConnection } from '../contenders/connection.mjs';
import { peer } from '../contenders/peer.mjs';
import { median } from '../statistics.mjs';

const loops = (name) => async () => (await import('../contenders/loops.mjs'))[name]();
const respawn = (sleep) => async () => (await import('../contenders/respawn.mjs')).respawnLoop(sleep);

export default {
  contenders: {
    'fork loop': loops('forkLoop'),
    'execa loop': loops('execaLoop'),
    'spawn loop, socket': loops('socketLoop'),
    greenroom: () => recoveringConnection(),
    'greenroom, standby': () => recoveringConnection({ policy: { standby: true } }),
    'respawn, no delay': peer(
      'respawn',
      respawn(() => 0),
    ),
    'respawn, as shipped': peer('respawn', respawn()),
    'forever-monitor, no delay': peer('forever-monitor', async () =>
      (await import('../contenders/forever.mjs')).forever(),
    ),
    'pm2, no delay': peer('pm2', async () => (await import('../contenders/pm2.mjs')).pm2Loop()),
  },
  blocks: {
    async recovery(side, { kills, isWarmUp }) {
      const taken = [];
      for (let kill = 0; kill < (isWarmUp ? 1 : kills); kill += 1) {
        await side.settled?.();
        // A start that isn't quite over would be measured with it.
        await wait(50);
        const milliseconds = await side.recover();
        taken.push(milliseconds);
        // One that sleeps is as slow each time.
        if (milliseconds > 500) break;
      }
      return { milliseconds: median(taken) };
    },
  },
};
