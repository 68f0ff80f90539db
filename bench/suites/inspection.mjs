// What a life of a connection costs the host, from its start until it is disabled, with a process that is played: inspected by nobody, and by
// an inspector to which nobody listens.
import { createInspector } from '../../dist/inspect/index.js';
import { lives } from '../contenders/lives.mjs';

export default {
  contenders: {
    'greenroom, not inspected': () => lives(),
    'greenroom, nobody listens': () => lives(createInspector),
  },
  blocks: { lives: (side, { milliseconds }) => side.live(milliseconds) },
};
