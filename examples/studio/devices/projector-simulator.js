#!/usr/bin/env node
// A projector that isn't there: a line-based TCP device on 127.0.0.1. `node projector-simulator.js [port]`; port 0 takes a free one.
//
// Commands: POWER ON|OFF, INPUT HDMI1|HDMI2|SDI, STATUS?. Each is answered by OK, ERR <why>, or the state asked for, as
// `KEY=VALUE` lines. Changes are told to everybody who is connected, unasked.
import { createServer } from 'node:net';
import { fileURLToPath } from 'node:url';

const inputs = new Set(['HDMI1', 'HDMI2', 'SDI']);

/** Starts a simulator; resolves with its port and a way to end it. `warmUp` is in milliseconds. */
export function startProjector({ port = 0, warmUp = 1500 } = {}) {
  const clients = new Set();
  const state = { POWER: 'OFF', INPUT: 'HDMI1', LAMP: 1204, TEMPERATURE: 24 };
  let warming;
  const change = (key, value) => {
    state[key] = value;
    for (const client of clients) client.write(`${key}=${value}\n`);
  };
  const switchPower = (to) => {
    clearTimeout(warming);
    if (to === 'OFF') return change('POWER', 'OFF');
    change('POWER', 'WARMING');
    warming = setTimeout(() => change('POWER', 'ON'), warmUp);
  };
  const obey = (line) => {
    const [command, value] = line.toUpperCase().split(' ');
    if (command === 'STATUS?') return Object.entries(state).map(([key, is]) => `${key}=${is}`);
    if (command === 'POWER' && ['ON', 'OFF'].includes(value)) return (switchPower(value), ['OK']);
    if (command === 'INPUT' && inputs.has(value)) return (change('INPUT', value), ['OK']);
    return [`ERR what is "${line}"?`];
  };
  const server = createServer((client) => {
    clients.add(client);
    let rest = '';
    client.setEncoding('utf8');
    client.on('data', (text) => {
      const lines = (rest + text).split('\n');
      rest = lines.pop().slice(-200);
      for (const line of lines) if (line.trim()) client.write(`${obey(line.trim()).join('\n')}\n`);
    });
    client.on('error', () => client.destroy());
    client.on('close', () => clients.delete(client));
  });
  const close = () => {
    clearTimeout(warming);
    for (const client of clients) client.destroy();
    return new Promise((resolve) => server.close(resolve));
  };
  return new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, '127.0.0.1', () => resolve({ port: server.address().port, close }));
  });
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const { port } = await startProjector({ port: Number(process.argv[2] ?? 4352) });
  console.log(`The projector listens on 127.0.0.1:${port}`);
}
