import { setImmediate } from 'node:timers/promises';
import type { Connection } from '../../manager/connection.ts';
import { readProcess } from '../../process/process-table.ts';
import {
  asksForTime,
  closesChannel,
  exits,
  failsInit,
  initialises,
  notifies,
  registers,
  sends,
  unregisters,
  type Act,
} from '../acts.ts';
import type { NamedTimers } from '../model/named-timers.ts';
import type { StandIn, Start } from './stand-in.ts';

/** What a step of a story is brought about with. */
export interface Means {
  readonly connection: Connection;
  readonly standIn: StandIn;
  readonly clock: NamedTimers;
  /** The names of the steps of this connection that follow. */
  readonly ahead: readonly string[];
}

/** How each move of the connection's model is brought about in reality; what happens by itself needs nothing. */
export const causes: Readonly<Record<string, (means: Means) => unknown>> = {
  enable: ({ connection }) => connection.enable(),
  disable: ({ connection }) => connection.disable(),
  restart: ({ connection }) => connection.restart(),
  remove: ({ connection }) => void connection.remove(),
  'change the config': ({ connection }) => connection.update({ config: { changed: true } }),
  'change the module': ({ connection, standIn }) => connection.update({ module: standIn.module }),
  'change the label': ({ connection }) => connection.update({ label: 'another' }),
  'the module is found': ({ standIn, ahead }) => standIn.found(startOf(ahead)),
  'the module is not found': ({ standIn }) => standIn.found('nothing'),
  'the start slot is granted': byItself,
  'process starts': ({ connection, standIn }) => standIn.present(connection),
  'process can’t be started now': byItself,
  'process can’t be started at all': byItself,
  'process dies': dies,
  'process ends as asked': dies,
  'process is killed': dies,
  'process exits with code 0': byItself,
  'process exits with code 1': byItself,
  'process exits with code 78': byItself,
  'process exits on SIGKILL': byItself,
  'channel closes': doing(closesChannel()),
  'heartbeat is missed': async ({ connection, clock }) => {
    signal(connection, 'SIGSTOP');
    // An answer that is under way is read first.
    for (let turn = 0; turn < 2; turn += 1) await setImmediate();
    const { missed } = connection.actor.getSnapshot().context;
    for (const timer of clock.unnamed) clock.fire(timer);
    // The ping before was answered: it takes another beat to miss one.
    if (connection.actor.getSnapshot().context.missed !== missed) return;
    for (const timer of clock.unnamed) clock.fire(timer);
  },
  'heartbeat is answered': ({ connection }) => signal(connection, 'SIGCONT'),
  'module registers': doing(registers()),
  'module registers with a wrong token': doing(registers({ token: 'wrong' })),
  'module registers with a version nobody speaks': doing(registers({ version: 99 })),
  'module says that it is initialised': doing(initialises()),
  'module says that its init failed': doing(failsInit('no device')),
  'module says that its config is wrong': doing(failsInit('no device', { misconfigured: true })),
  'module asks for some more time': doing(asksForTime(30_000)),
  'module asks for all the time there is': doing(asksForTime(300_000)),
  'module says goodbye': doing(unregisters()),
  'module sends a message that may come early': doing(notifies('$log', { level: 'info', message: 'hello' })),
  'module sends a message': doing(notifies('hello')),
  'module sends what is no message': doing(sends('no frame')),
};

function byItself(): void {}

function doing(act: Act): (means: Means) => Promise<void> {
  return ({ connection, standIn }) => standIn.does(connection, act);
}

function startOf(ahead: readonly string[]): Start {
  const start = ahead.find(
    (name) => name === 'process starts' || name.startsWith('process can’t be started'),
  );
  if (start === undefined || start === 'process starts') return {};
  const errno = start.endsWith('at all') ? 'ENOENT' : 'E2BIG';
  return { fails: { message: 'it can’t be started', errno } };
}

/** Holds this process until the other is dead, so that it can't learn of it meanwhile. How it ends, the story says later. */
function dies({ connection, standIn, ahead }: Means): void {
  const { pid } = connection.status;
  if (pid === null) return;
  const exit = ahead.find((name) => name.startsWith('process exits'));
  const code = /with code (\d+)/.exec(exit ?? '')?.[1];
  if (code === undefined) signal(connection, 'SIGKILL');
  else void standIn.does(connection, exits(Number(code), { suddenly: true }));
  const end = performance.now() + 5000;
  while (lives(pid) && performance.now() < end);
}

/** Whether the operating system still has this process, other than as one of the dead. */
export function lives(pid: number): boolean {
  const row = readProcess(pid);
  return row !== undefined && row.state !== 'Z' && row.state !== 'X';
}

function signal({ status: { pid } }: Connection, name: NodeJS.Signals): void {
  if (pid !== null) process.kill(pid, name);
}
