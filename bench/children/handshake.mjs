// Registers with its token, is initialised, and then waits: what a module does, by hand. Over Node's IPC, or, for supervisors that
// keep that to themselves, over the socket that BENCH_SOCKET names.
import { connect } from 'node:net';

const { BENCH_SOCKET: path, BENCH_TOKEN: token } = process.env;
const say = path === undefined ? overIpc() : overSocket(path);
say({ type: 'register', token, pid: process.pid });

function hear({ type }) {
  if (type === 'init') say({ type: 'initialised' });
}

function overIpc() {
  process.on('message', hear);
  return (message) => process.send(message);
}

function overSocket(where) {
  const socket = connect(where);
  let rest = '';
  socket.setEncoding('utf8').on('data', (chunk) => {
    const lines = (rest + chunk).split('\n');
    rest = lines.pop();
    for (const line of lines) hear(JSON.parse(line));
  });
  return (message) => socket.write(`${JSON.stringify(message)}\n`);
}
