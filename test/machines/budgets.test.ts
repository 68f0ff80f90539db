import { describe, expect, it } from 'vitest';
import { withProcess } from './situations.ts';

const { registering, takingOver, initialising, ready, suspect } = withProcess;

describe('a process that uses more than it may', () => {
  it.each(Object.entries({ registering, takingOver, initialising, ready, suspect }))(
    'is terminated at once, and counts as crashed (%s)',
    (phase, make) => {
      const lamp = make().news({ type: 'budget.exceeded', budget: 'memory', detail: 'has 9 MiB' });
      expect(lamp.status).toMatchObject({
        state: 'puttingDown',
        step: 'terminating',
        next: 'toRecover',
        reason: 'has 9 MiB',
      });
      expect(lamp.orders.at(-1)).toEqual({ type: 'signal', signal: 'SIGTERM' });
      expect(lamp.exit(null, 'SIGTERM').status).toMatchObject({
        attempt: phase === 'takingOver' ? 2 : 1,
        lastExit: {
          cause: 'out-of-memory',
          phase,
          detail: `has 9 MiB while ${phase}, then killed by SIGTERM`,
          crash: true,
        },
      });
    },
  );

  it('is too busy if it was processor time', () => {
    const lamp = ready().news({ type: 'budget.exceeded', budget: 'cpu', detail: 'uses 150 %' });
    expect(lamp.exit(0).status.lastExit).toMatchObject({ cause: 'too-busy', phase: 'ready', crash: true });
  });
});
