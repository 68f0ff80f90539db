import { fromCallback, type EventObject } from 'xstate';
import type { connectionMachine } from '../machines/connection.ts';
import type { StartNews } from '../machines/connection-events.ts';
import type { ConnectionPolicy } from '../machines/policy.ts';
import type { SlotLogic, StartInput, StartLogic } from '../machines/connection-actors.ts';
import type { ProcessHost } from '../process/host.ts';
import type { Processes } from './foundation.ts';
import type { Settings } from './settings.ts';
import type { StartSlots, Ticket } from './start-slots.ts';

/** What an actor finds by the id of its connection. */
export interface Member {
  readonly connection: { readonly policy: ConnectionPolicy };
  readonly settings: Settings;
}

export interface ActorSurroundings extends Omit<ProcessHost, 'registry'> {
  readonly slots: StartSlots;
  /** Whether this process waits, and this connection may take it. */
  hasSpare?(connectionId: string, pid: number): boolean;
  member(connectionId: string): Member;
}

/** The connection machine with its actors; one for all connections of a manager, since each further one costs 22 KB. */
export function provideActors(
  machine: typeof connectionMachine,
  processes: Processes,
  surroundings: ActorSurroundings,
): typeof connectionMachine {
  return machine.provide({
    actors: {
      preparation: createPreparationLogic(surroundings),
      slot: createSlotLogic(surroundings),
      process: processes.logic(surroundings),
    },
  });
}

/** Finds out how to start the module, or whether the spare is there. */
function createPreparationLogic(surroundings: ActorSurroundings): StartLogic {
  const { clock } = surroundings;
  return fromCallback<EventObject, StartInput>(
    ({ input: { connectionId, start, spare = null }, sendBack }) => {
      if (spare !== null) {
        const type = surroundings.hasSpare?.(connectionId, spare)
          ? 'preparation.succeeded'
          : 'preparation.failed';
        sendBack({ type, start, at: clock.now(), message: 'the spare is gone' });
        return undefined;
      }
      const abort = new AbortController();
      let isOver = false;
      const report = (news: StartNews): void => {
        isOver = true;
        if (!abort.signal.aborted) sendBack(news);
      };
      const prepare = async (): Promise<void> => {
        const { settings: own, connection } = surroundings.member(connectionId);
        const heapLimit = heapOf(connection.policy);
        const launch = await own.module.prepare({ connectionId, signal: abort.signal, heapLimit });
        // A preparation that was given up may ignore the signal, and end after its successor.
        if (!abort.signal.aborted) own.launch = launch;
      };
      prepare().then(
        () => report({ type: 'preparation.succeeded', start, at: clock.now() }),
        (error: unknown) =>
          report({ type: 'preparation.failed', start, at: clock.now(), message: messageOf(error) }),
      );
      return () => {
        if (!isOver) abort.abort();
      };
    },
  );
}

/** Told to, it waits in line for a start slot, before others if somebody has just ordered this start, and holds it until told to release it. */
function createSlotLogic(surroundings: ActorSurroundings): SlotLogic {
  const { clock, slots } = surroundings;
  return fromCallback<{ type: 'request' | 'release' }, StartInput>(({ input, sendBack, receive }) => {
    const { connectionId, start } = input;
    const { urgency } = surroundings.member(connectionId).settings;
    let ticket: Ticket | undefined;
    const request = (): void => {
      ticket = slots.request(() => {
        urgency.over();
        sendBack({ type: 'slot.granted', start, at: clock.now() });
      });
      urgency.waits(ticket);
    };
    receive(({ type }) => (type === 'request' ? request() : ticket?.release()));
    return () => ticket?.release();
  });
}

function heapOf({ memory: { limit, heapShare } }: ConnectionPolicy): number | undefined {
  const mebibytes = Math.floor(limit * heapShare);
  return mebibytes >= 1 ? mebibytes : undefined;
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
