// Echoes with the wrapper that modules on @companion-module/base 1.x use.
import { createRequire } from 'node:module';

const { IpcWrapper } = createRequire(import.meta.url)('@companion-module/base/dist/host-api/ipc-wrapper.js');
const handlers = { echo: async (payload) => payload, tick: async () => {} };
const wrapper = new IpcWrapper(handlers, (message) => process.send(message), 5000);
process.on('message', (message) => wrapper.receivedMessage(message));
