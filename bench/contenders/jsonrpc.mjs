import { fork, spawn } from 'node:child_process';
import {
  createMessageConnection,
  IPCMessageReader,
  IPCMessageWriter,
  StreamMessageReader,
  StreamMessageWriter,
} from 'vscode-jsonrpc/node.js';
import { child } from './child.mjs';

/** vscode-jsonrpc over Node's IPC. */
export function jsonrpcOverIpc() {
  const echo = fork(child('echo-jsonrpc.mjs'), ['ipc']);
  return speak(echo, new IPCMessageReader(echo), new IPCMessageWriter(echo));
}

/** vscode-jsonrpc over stdin and stdout, as language servers use it. */
export function jsonrpcOverStdio() {
  const echo = spawn(process.execPath, [child('echo-jsonrpc.mjs'), 'stdio'], {
    stdio: ['pipe', 'pipe', 'inherit'],
  });
  return speak(echo, new StreamMessageReader(echo.stdout), new StreamMessageWriter(echo.stdin));
}

function speak(echo, reader, writer) {
  const connection = createMessageConnection(reader, writer);
  connection.listen();
  let unsent = [];
  return {
    ask: (payload) => connection.sendRequest('echo', [payload]),
    notify: (payload) => void unsent.push(connection.sendNotification('tick', [payload])),
    async drained() {
      await Promise.all(unsent);
      unsent = [];
    },
    close() {
      connection.dispose();
      echo.kill();
    },
  };
}
