/** Gathers values that come in bursts, the newest of each id, and sends them together. */
export interface Gathering<V> {
  add(id: string, value: V): void;
  /** What was gathered of it isn't sent any more. */
  drop(id: string): void;
}

/** Milliseconds of silence after which they are sent. */
const silence = 5;
/** Milliseconds after which they are sent in any case. */
const most = 25;

/** Values of a burst are sent 5 ms after the last one, 25 ms after the first at the latest. */
export function createGathering<V>(send: (values: V[]) => void): Gathering<V> {
  const values = new Map<string, V>();
  let since = 0;
  let timer: NodeJS.Timeout | undefined;
  const flush = (): void => {
    const gathered = [...values.values()];
    values.clear();
    if (gathered.length > 0) send(gathered);
  };
  return {
    add(id, value) {
      const now = performance.now();
      if (values.size === 0) since = now;
      values.set(id, value);
      clearTimeout(timer);
      timer = setTimeout(flush, Math.max(0, Math.min(silence, since + most - now)));
    },
    drop: (id) => void values.delete(id),
  };
}
