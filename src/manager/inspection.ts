import type { InspectionEvent, Observer } from 'xstate';
import { GreenroomError } from '../errors.ts';
import type { Emitter } from './events.ts';

/** An inspection observer, as XState takes one. It runs within each step of each connection: what it takes, they take. */
export type Inspect = Observer<InspectionEvent> | ((event: InspectionEvent) => void);

/** The option `inspect` of one connection's actor; nothing without an observer, since XState makes inspection events only for those who look. */
export type Inspection = (connection: string) => { inspect?: (event: InspectionEvent) => void };

/**
 * Makes an observer of the app harmless. XState calls observers within `send`: what one throws would lose the event and hit whoever sent it.
 * The first error becomes a `problem`; the observer goes on to be called, and what else it throws isn't told, because it may throw at every event.
 */
export function createInspection(inspect: Inspect | undefined, emitter: Emitter): Inspection {
  if (inspect === undefined) return () => ({});
  const tell = typeof inspect === 'function' ? inspect : (event: InspectionEvent) => inspect.next?.(event);
  let hasFailed = false;
  const onError = (connection: string, cause: unknown): void => {
    if (hasFailed) return;
    hasFailed = true;
    emitter.problem(connection, inspectorFailed(connection, cause));
  };
  return (connection) => ({
    inspect(event) {
      try {
        const result: unknown = tell(event);
        // An async observer fails later; unhandled it would end the host.
        if (result instanceof Promise) result.catch((error: unknown) => onError(connection, error));
      } catch (error) {
        onError(connection, error);
      }
    },
  });
}

function inspectorFailed(connection: string, cause: unknown): GreenroomError {
  const why = cause instanceof Error ? cause.message : String(cause);
  return new GreenroomError(
    'INSPECTOR_FAILED',
    `The observer given as inspect threw at an event of connection "${connection}": ${why}. Connections don't notice, and it goes on being called; what else it throws is not told.`,
    { data: { connection }, cause },
  );
}
