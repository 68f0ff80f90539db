import type { Connection, ExitRecord, Manager } from '../../../src/index.ts';
import { giveOrder, type GivenOrder } from '../../../src/testing/arbitraries.ts';

/** A call somebody made, and what became of it. */
export interface MadeCall {
  readonly connection: string;
  settled: number;
}

/** What is remembered of one connection beside what the library says of it. */
export interface Memory {
  readonly exits: { readonly exit: ExitRecord; readonly wasToEnd: boolean }[];
  /** What the app wants, by the last order that says so. */
  wanted: boolean;
  /** How many processes had been asked for when it was last not wanted any more. */
  askedFor: number;
  /** The incarnation that was ordered to end; 0 if none. */
  toEnd: number;
}

/** Of a connection that was just added. */
export function newMemory(): Memory {
  return { exits: [], wanted: true, askedFor: 0, toEnd: 0 };
}

/** Writes down how each process ended, and whether it was ordered to. */
export function rememberExits(manager: Manager, memoryOf: (connection: string) => Memory): void {
  manager.on('exit', ({ connection, exit }) => {
    const memory = memoryOf(connection);
    memory.exits.push({ exit, wasToEnd: memory.toEnd === exit.incarnation });
  });
}

/** Gives an order, and remembers what the app wants from now on. */
export function giveAndRemember(connection: Connection, memory: Memory, given: GivenOrder): void {
  const { alive, incarnation, state, next } = connection.status;
  const { order } = given;
  if (state === 'removed' || (!memory.wanted && order === 'restart')) return giveOrder(connection, given);
  if (alive && ['disable', 'restart', 'remove'].includes(order)) memory.toEnd = incarnation;
  if (order === 'disable' || order === 'remove') {
    memory.wanted = false;
    memory.askedFor = incarnation;
  }
  if (order === 'enable' && next !== 'toRemove') memory.wanted = true;
  giveOrder(connection, given);
}

/** Makes a call of each name, and watches how often it is settled. */
export function makeCalls(
  connection: Connection,
  calls: MadeCall[],
  names: readonly string[],
  timeout = 3000,
): void {
  for (const name of names) {
    const made = { connection: connection.id, settled: 0 };
    const settle = (): void => {
      made.settled += 1;
    };
    calls.push(made);
    void Promise.allSettled([connection.call(name, 1, { timeout })]).then(settle);
  }
}
