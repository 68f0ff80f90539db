#!/usr/bin/env node
// Stage lights that aren't there: a line-based TCP device on 127.0.0.1. `node lights-simulator.js [port]`; port 0 takes a free one.
//
// The first line of a client must be PIN <digits>, which is answered by WELCOME, or by DENIED and the end. Then SET <channel> <0 to 100>, BLACKOUT and STATUS? are
// obeyed. Levels are told as `<channel>=<level>` lines: all of them when asked, and each change to everybody, unasked.
import { createServer } from 'node:net';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';

/** Starts stage lights with so many channels; resolves with their port, their levels and a way to end them. */
export async function startLights({ port = 0, pin = '4711', channels = 8 } = {}) {
  const clients = new Set();
  const levels = Array.from({ length: channels }, () => 0);
  const set = (channel, level) => {
    levels[channel - 1] = level;
    for (const client of clients) client.write(`${channel}=${level}\n`);
  };
  const obey = (client, line) => {
    const [command, channel, level] = line.split(' ');
    if (command === 'STATUS?') levels.forEach((is, index) => client.write(`${index + 1}=${is}\n`));
    else if (command === 'BLACKOUT') levels.forEach((_, index) => set(index + 1, 0));
    else if (command === 'SET' && channel - 1 in levels && level >= 0 && level <= 100)
      set(Number(channel), Number(level));
    else client.write(`ERR what is "${line}"?\n`);
  };
  const server = createServer((client) => {
    let isKnown = false;
    const lines = createInterface({ input: client });
    lines.on('line', (line) => {
      if (isKnown) return obey(client, line);
      isKnown = line === `PIN ${pin}`;
      if (!isKnown) return client.end('DENIED\n');
      clients.add(client);
      client.write('WELCOME\n');
    });
    // Readline throws an error of its input that nobody hears from itself, though the input's is heard.
    for (const each of [client, lines]) each.on('error', () => client.destroy());
    client.on('close', () => clients.delete(client));
  });
  await new Promise((resolve, reject) => server.once('error', reject).listen(port, '127.0.0.1', resolve));
  return {
    port: server.address().port,
    levels,
    close() {
      for (const client of clients) client.destroy();
      return new Promise((resolve) => server.close(resolve));
    },
  };
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const { port } = await startLights({ port: Number(process.argv[2] ?? 4353) });
  console.log(`The stage lights listen on 127.0.0.1:${port}; their PIN is 4711`);
}
