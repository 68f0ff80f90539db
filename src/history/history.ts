import type { Manager } from '../index.ts';
import { followCalls } from './calls.ts';
import { strikeOut } from './marked.ts';
import { ConnectionRecord } from './record.ts';
import { saidIn } from './said.ts';

/** What happened to the connections of a manager lately. */
export interface History {
  /** The record of each present connection, by id. Those added since the last look are found by looking. */
  records(): ReadonlyMap<string, ConnectionRecord>;
  /** Calls the listener with the id of each connection of which there is something new; returns what ends that. */
  onChange(listener: (id: string) => void): () => void;
  /** Every secret that is known struck out of a text. */
  redact(record: ConnectionRecord, text: string): string;
  /** Forgets everything. */
  end(): void;
}

/**
 * Remembers the last states, lives, calls and lines of every connection of a manager, each within bounds. It subscribes from outside: the
 * connections don't know of it. `secrets` are texts that are struck out of all others, besides the secrets of the connections.
 */
export function createHistory(manager: Manager, secrets: readonly string[] = []): History {
  const records = new Map<string, ConnectionRecord>();
  const listeners = new Set<(id: string) => void>();
  const redactMarked = strikeOut(secrets);
  const recordOf = (id: string): ConnectionRecord | undefined => {
    const known = records.get(id);
    if (!manager.has(id)) return known;
    const connection = manager.get(id);
    if (known?.connection === connection) return known;
    const record = new ConnectionRecord(connection, (text) => redactMarked(connection.redact(text)));
    records.set(id, record);
    return record;
  };
  const keep = (id: string, take: (record: ConnectionRecord) => void): void => {
    const record = recordOf(id);
    if (record === undefined) return;
    take(record);
    for (const listener of listeners) listener(id);
  };
  const ends = follow(manager, keep, (id) => void records.delete(id));
  return {
    records() {
      for (const { id } of manager.connections) recordOf(id);
      return records;
    },
    onChange(listener) {
      listeners.add(listener);
      return () => void listeners.delete(listener);
    },
    redact: ({ connection }, text) => redactMarked(connection.redact(text)),
    end() {
      for (const end of ends) end();
      records.clear();
      listeners.clear();
    },
  };
}

type Keep = (id: string, take: (record: ConnectionRecord) => void) => void;

function follow(manager: Manager, keep: Keep, forget: (id: string) => void): (() => void)[] {
  return [
    manager.on('status', (event) => {
      keep(event.connection, (record) => record.takeStatus(event));
      if (event.status.state === 'removed') forget(event.connection);
    }),
    manager.on('exit', ({ connection, exit }) => keep(connection, (record) => record.takeExit(exit))),
    manager.on('order', ({ connection, order }) =>
      keep(connection, (record) => record.takeOrder('order', order)),
    ),
    manager.on('rejected', ({ connection, order, why }) =>
      keep(connection, (record) => record.takeOrder('rejected', `${order}: ${why}`)),
    ),
    manager.on('discarded', ({ connection }) => keep(connection, () => {})),
    manager.on('output', ({ connection, incarnation, stream, line: text }) =>
      keep(connection, (record) => record.takeLine({ incarnation, stream, level: null, text })),
    ),
    manager.on('outputDropped', ({ connection, incarnation, lines }) => {
      const text = `${lines} lines were dropped: it writes too many`;
      keep(connection, (record) => record.takeLine({ incarnation, stream: 'notice', level: null, text }));
    }),
    manager.on('message', ({ connection, incarnation, name, payload }) => {
      const said = saidIn(name, payload);
      if (said !== null) keep(connection, (record) => record.takeSaid(said, incarnation));
    }),
    followCalls(manager, (id, step, call) => keep(id, ({ calls }) => calls[step](call))),
  ];
}
