import { fromCallback } from 'xstate';
import type { Clock } from '../clock.ts';
import { spareMachine } from '../machines/spare.ts';
import type { SpareProcessLogic, SpareSlotLogic } from '../machines/spare-setup.ts';
import type { SpareHost } from '../process/spare-process.ts';
import type { Spare } from './spare.ts';
import type { StartSlots } from './start-slots.ts';

export interface SpareActorSurroundings {
  readonly clock: Clock;
  readonly slots: StartSlots;
  /** The process of a spare. */
  logic(host: Pick<SpareHost, 'clock' | 'startOf' | 'onWaits'>): SpareProcessLogic;
}

/** The machine of a spare with its actors; one for all spares of a manager, since each further one costs 42 KB and stalls the host for 4 ms. */
export function provideSpareActors(
  surroundings: SpareActorSurroundings,
  spareOf: (key: string) => Spare,
): typeof spareMachine {
  const { clock, slots } = surroundings;
  const slot: SpareSlotLogic = fromCallback(({ sendBack, receive }) => {
    // Whoever is down needs a process sooner than whoever has one.
    const ticket = slots.request(() => sendBack({ type: 'slot.granted', at: clock.now() }), {
      canWait: true,
    });
    receive(() => ticket.release());
    return () => ticket.release();
  });
  const process = surroundings.logic({
    clock,
    startOf: (key) => spareOf(key).start,
    onWaits: (key, waiting) => spareOf(key).waits(waiting),
  });
  return spareMachine.provide({ actors: { slot, process } });
}
