// A viewer of the classic inspector in a process of its own: tells its parent what the package's own receiver reads from a WebSocket.
import { WebSocket } from 'ws';

// Node 20 has none, and the receiver takes the browser's.
globalThis.WebSocket = WebSocket;
const { createWebSocketReceiver } = await import('@xstate/inspect');

const [, , address = ''] = process.argv;
const receiver = createWebSocketReceiver({ server: address.replace('ws://', '') });
receiver.subscribe(
  ({ type, sessionId, id, machine, state, event }) =>
    process.send({
      type,
      sessionId,
      ...(id && { id }),
      ...(machine && { states: Object.keys(machine.states), initial: machine.initial }),
      ...(state && { value: state.value, context: state.context, cause: state.event.type, done: state.done }),
      ...(event && { event: event.name }),
    }),
  (error) => process.send({ type: 'error', message: String(error.message) }),
);
process.on('disconnect', () => process.exit());
