import type { Manager } from '../index.ts';

/** Calls a function once for each connection of a manager, those that are yet to come included; returns what ends that. */
export function eachConnection(manager: Manager, begin: (id: string) => void): () => void {
  const known = new Set<string>();
  const greet = (id: string): void => {
    if (known.has(id)) return;
    known.add(id);
    begin(id);
  };
  for (const { id } of manager.connections) greet(id);
  const ends = [
    // Nothing happens to a connection before its first order.
    manager.on('order', ({ connection }) => greet(connection)),
    manager.on('status', ({ connection, status }) => {
      if (status.state === 'removed') known.delete(connection);
    }),
  ];
  return () => {
    for (const end of ends) end();
  };
}
