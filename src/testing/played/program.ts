/** The program of a played process: it lives the life that its environment describes, in our own protocol and by hand. */
import { connect } from 'node:net';
import { createInterface } from 'node:readline';
import type { Act } from '../acts.ts';
import { Player } from './player.ts';
import type { Script } from './script.ts';

const { GREENROOM_SCRIPT, GREENROOM_CONNECTION, GREENROOM_INCARNATION } = process.env;
const script = JSON.parse(GREENROOM_SCRIPT ?? '{"acts":[]}') as Script;
const player = new Player(script);
const parent = process.ppid;

// It lives on when it has nothing to do and its channel is closed, but not without the one who started it.
setInterval(() => {
  if (process.ppid !== parent) process.exit(1);
}, 500);

if (script.deafTo?.includes('SIGTERM')) process.on('SIGTERM', () => {});
else if (script.endsAfter !== undefined) process.on('SIGTERM', () => player.end('SIGTERM'));

process.on('message', (frame) => player.hear(frame as never));
if (script.remote !== undefined) obey(script.remote);
void player.live();

function obey(socket: string): void {
  const remote = connect(socket);
  remote.on('error', () => {});
  remote.write(
    `${JSON.stringify({ connection: GREENROOM_CONNECTION, incarnation: Number(GREENROOM_INCARNATION) })}\n`,
  );
  createInterface(remote).on('line', (line) => {
    player.does(JSON.parse(line) as Act);
    remote.write('done\n');
  });
}
