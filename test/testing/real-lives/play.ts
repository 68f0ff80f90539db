import * as fc from 'fast-check';
import { anyLife } from '../../../src/testing/arbitraries.ts';
import { anyMoment, anyRealMoves } from './moves.ts';
import { names, RealStage, type RealStageOptions } from './stage.ts';

/** Everything holds whatever the processes of two modules do, whatever is ordered of them, and in whatever order it happens. */
export function realLivesHold(options: RealStageOptions = {}) {
  const one = anyLife({ time: anyMoment(), real: true });
  const cast = fc.tuple(...names.map(() => fc.tuple(one, one)));
  return fc.asyncProperty(cast, anyRealMoves(8), async (lives, moves) => {
    const stage = new RealStage(lives, options);
    // What went wrong first is what is told.
    const failure = await lived(stage, moves).then(
      () => undefined,
      (error: unknown) => ({ error }),
    );
    await stage.end().catch((error: unknown) => {
      if (failure === undefined) throw error;
    });
    if (failure !== undefined) throw failure.error;
  });
}

async function lived(stage: RealStage, moves: Iterable<fc.AsyncCommand<object, RealStage>>): Promise<void> {
  await fc.asyncModelRun(() => ({ model: {}, real: stage }), moves);
  await stage.heal();
}
