import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { onTestFinished } from 'vitest';
import type { ConnectionOptions, ConnectionStatus, ExitRecord, ManagerOptions } from '../../src/index.ts';
import { builtPath } from '../built.ts';
import { fixture } from './manager.ts';
import { processesOf, until } from './operating-system.ts';

/** What a host of many says; see `fixtures/host-of-many.js`. */
interface Word {
  readonly status?: ConnectionStatus;
  readonly connection?: string;
  readonly exit?: ExitRecord;
  readonly problem?: string;
  readonly blocked?: true;
}

type Told = Pick<ConnectionOptions, 'policy' | 'env'> & { readonly module: string };

let started = 0;

/** Starts an app with many modules in a process of its own; what is left of both is killed when the test is over. */
export async function startHostOfMany(options: ManagerOptions) {
  await builtPath();
  const host = spawn(process.execPath, [fixture('host-of-many.js'), JSON.stringify(options)], {
    stdio: ['pipe', 'pipe', 'ignore'],
  });
  const exit = once(host, 'exit');
  const words: Word[] = [];
  const ids: string[] = [];
  createInterface(host.stdout).on('line', (line) => words.push(JSON.parse(line) as Word));
  onTestFinished(async () => {
    host.kill('SIGKILL');
    await exit;
    for (const pid of ids.flatMap(processesOf)) process.kill(pid, 'SIGKILL');
  });
  const order = (told: object): void => void host.stdin.write(`${JSON.stringify(told)}\n`);
  const statuses = (id: string): ConnectionStatus[] =>
    words.flatMap(({ status }) => (status?.id === id ? [status] : []));
  return {
    host,
    words,
    statuses,
    /** Adds a connection to a program in `fixtures`; returns its id. */
    add(told: Told): string {
      const id = `many-${process.pid}-${(started += 1)}`;
      ids.push(id);
      order({ does: 'add', connections: [{ ...told, id, module: fixture(told.module) }] });
      return id;
    },
    disable: (id: string) => order({ does: 'disable', id }),
    /** Its event loop doesn't turn for so long. */
    block: (milliseconds: number) => order({ does: 'block', milliseconds }),
    state: (id: string) => statuses(id).at(-1)?.state,
    /** How its incarnations ended, in words. */
    exits: (id: string): string[] =>
      words.flatMap(({ connection, exit: ended }) => (connection === id && ended ? [ended.cause] : [])),
    async isIn(id: string, state: string): Promise<void> {
      await until(`${id} is ${state}`, () => statuses(id).at(-1)?.state === state, 20_000);
    },
    async stop(): Promise<void> {
      order({ does: 'stop' });
      await exit;
    },
  };
}
