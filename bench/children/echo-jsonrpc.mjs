// Echoes with vscode-jsonrpc, over the channel that its argument names.
import {
  createMessageConnection,
  IPCMessageReader,
  IPCMessageWriter,
  StreamMessageReader,
  StreamMessageWriter,
} from 'vscode-jsonrpc/node.js';

const streams =
  process.argv[2] === 'ipc'
    ? [new IPCMessageReader(process), new IPCMessageWriter(process)]
    : [new StreamMessageReader(process.stdin), new StreamMessageWriter(process.stdout)];
const connection = createMessageConnection(...streams);
connection.onRequest('echo', (payload) => payload);
connection.onNotification('tick', () => {});
connection.listen();
