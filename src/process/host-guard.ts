import { onExit, signals } from 'signal-exit';

export interface HostGuard {
  hold(): void;
  release(): void;
}

/** Calls back when the host is about to end, from `hold` until a second after `release`. */
export function createHostGuard(onHostExit: () => void): HostGuard {
  let remove: (() => void) | undefined;
  let removal: NodeJS.Timeout | undefined;
  return {
    hold(): void {
      clearTimeout(removal);
      remove ??= beforeExit(onHostExit);
    },
    // Listening to all signals costs 0.15 ms each time, as much as the rest of a restart: it may well be needed again at once.
    release(): void {
      clearTimeout(removal);
      removal = setTimeout(() => {
        remove?.();
        remove = undefined;
      }, 1000).unref();
    },
  };
}

let guards = 0;

function beforeExit(callback: () => void): () => void {
  const remove = onExit(callback);
  guards += 1;
  if (guards === 1) for (const [signal, look] of looks) process.prependListener(signal, look);
  return () => {
    guards -= 1;
    if (guards === 0) for (const [signal, look] of looks) process.off(signal, look);
    remove();
  };
}

// For every copy of this library in the host.
const mark = Symbol.for('greenroom looks who listens');

// signal-exit ends the host when it listens to a signal alone. It looks when Node has removed a listener that is there once, which is called after all: so that
// it isn't alone then, another one looks before it, and leaves only if there is nobody.
const looks = signals.map((signal) => {
  const look = Object.assign(
    () => {
      const others = process.listeners(signal).filter((listener) => !(mark in listener));
      if (others.length <= signalExits()) process.off(signal, look);
    },
    { [mark]: true },
  );
  return [signal, look] as const;
});

interface Counted {
  readonly count: number;
}

/** How many copies of signal-exit listen, those of version 3 included: as they count each other. */
function signalExits(): number {
  const ours = Reflect.get(globalThis, Symbol.for('signal-exit emitter')) as Counted | undefined;
  const old = Reflect.get(process, '__signal_exit_emitter__') as Counted | undefined;
  return (ours?.count ?? 0) + (old?.count ?? 0);
}
