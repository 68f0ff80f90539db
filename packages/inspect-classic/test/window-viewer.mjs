// A page that is a viewer of the classic inspector: keeps what the package's own receiver reads from its parent window.
import { createWindowReceiver } from '@xstate/inspect';

globalThis.seen = [];
createWindowReceiver().subscribe(({ type, sessionId, id, machine, state, event }) =>
  globalThis.seen.push({
    type,
    sessionId,
    id,
    states: machine && Object.keys(machine.states),
    value: state?.value,
    event: event?.name,
  }),
);
