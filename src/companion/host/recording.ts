import { companion } from '../client.ts';
import { fieldsOf } from '../fields.ts';
import { numberOrNull, text } from '../definitions/read.ts';
import type { OptionValues } from '../payloads.ts';
import type { CompanionManager } from './watchable.ts';
import { harmless } from './harmless.ts';
import { sizeOf } from './size-of.ts';

/** Something that was done at the device, and can be done again. */
export interface RecordedAction {
  readonly actionId: string;
  readonly options: OptionValues;
  /** Milliseconds since the one before, where the module says (1.9), else 0. */
  readonly delay: number;
  /** A later one of the same name takes the place of this one; null for none. */
  readonly uniquenessId: string | null;
}

/** What a module records, until it is stopped. */
export interface Recording {
  /** So far, in their order; 10000 at most, and 64 MiB of them. */
  readonly actions: readonly RecordedAction[];
  /** How many were not recorded, because there were too many already. */
  readonly lost: number;
  /** Ends it. What was recorded stays in `actions`. Rejects as the call. */
  stop(): Promise<void>;
}

/** A tape that nobody stops must end somewhere. */
const mostActions = 10_000;
const mostBytes = 64 * 1_048_576;

/**
 * Has a module record what is done at its device; also its next process, if it dies meanwhile. Rejects as `startStopRecordActions`.
 * @example
 * const recording = await recordActions(manager, 'mixer', (actions) => console.log(actions.length));
 */
export async function recordActions(
  manager: CompanionManager,
  connection: string,
  onChange: (actions: readonly RecordedAction[]) => void = () => undefined,
): Promise<Recording> {
  const tape = createTape(onChange);
  const client = () => companion(manager.get(connection));
  // Throws for a connection that isn't there, before anything is listened to.
  const first = client();
  const stops = [
    manager.on('message', (message) => {
      if (message.connection === connection && message.name === 'recordAction') tape.add(message.payload);
    }),
    manager.on('status', ({ connection: id, status, previous }) => {
      const isBack = status.state === 'ready' && previous.state !== 'suspect' && previous.state !== 'ready';
      if (id === connection && isBack) harmless(() => client().startStopRecordActions(true));
    }),
  ];
  const end = (): void => {
    for (const stop of stops) stop();
  };
  await first.startStopRecordActions(true).catch((error: unknown) => {
    end();
    throw error;
  });
  return {
    get actions() {
      return tape.actions;
    },
    get lost() {
      return tape.lost;
    },
    async stop() {
      end();
      await client().startStopRecordActions(false);
    },
  };
}

function createTape(onChange: (actions: readonly RecordedAction[]) => void) {
  let actions: readonly RecordedAction[] = [];
  let bytes = 0;
  let lost = 0;
  return {
    get actions() {
      return actions;
    },
    get lost() {
      return lost;
    },
    add(payload: unknown): void {
      const action = readAction(payload);
      const at = placeOf(action, actions);
      const growth = sizeOf(action) - sizeOf(actions[at] ?? '');
      if (at >= mostActions || bytes + growth > mostBytes) lost++;
      else {
        actions = at < actions.length ? actions.with(at, action) : [...actions, action];
        bytes += growth;
      }
      harmless(() => onChange(actions));
    },
  };
}

function readAction(payload: unknown): RecordedAction {
  const fields = fieldsOf(payload);
  return {
    actionId: text(fields.get('actionId'), ''),
    options: Object.fromEntries(fieldsOf(fields.get('options'))),
    delay: numberOrNull(fields.get('delay')) ?? 0,
    uniquenessId: text(fields.get('uniquenessId'), null),
  };
}

/** That of the one whose place it takes, or the end. */
function placeOf({ uniquenessId }: RecordedAction, actions: readonly RecordedAction[]): number {
  const before = actions.findIndex((action) => uniquenessId !== null && action.uniquenessId === uniquenessId);
  return before === -1 ? actions.length : before;
}
