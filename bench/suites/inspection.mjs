// What a life of a connection costs the host, from its start until it is disabled, with a process that is played: inspected by nobody, and by
// an inspector to which nobody listens.
import { existsSync } from 'node:fs';
import { lives } from '../contenders/lives.mjs';

const inspect = new URL('../../dist/inspect/index.js', import.meta.url);

export default {
  contenders: {
    'greenroom, not inspected': () => lives(),
    'greenroom, nobody listens': async () => {
      if (!existsSync(inspect)) return 'the inspector is not built';
      const { createInspector } = await import(inspect.href);
      return lives(createInspector);
    },
  },
  blocks: { lives: (side, { milliseconds }) => side.live(milliseconds) },
};
