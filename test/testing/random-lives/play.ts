import * as fc from 'fast-check';
import { anyLife } from '../../../src/testing/arbitraries.ts';
import type { Lives } from '../../../src/testing/life.ts';
import type { TestManagerOptions } from '../../../src/testing/test-manager.ts';
import { anyMoves } from './moves.ts';
import { ids, Stage } from './stage.ts';

/** Everything holds whatever three modules do, whatever is ordered of them, and in whatever order it happens. */
export function livesHold(machine?: TestManagerOptions['machine']) {
  const lives = fc.tuple(anyLife(), anyLife()).map((both): Lives => both);
  const cast = fc.tuple(...ids.map(() => lives));
  return fc.asyncProperty(cast, anyMoves(24), async (modules, moves) => {
    const stage = new Stage(modules, machine);
    await stage.manager.settle();
    await fc.asyncModelRun(() => ({ model: {}, real: stage }), moves);
    await stage.end();
  });
}
