/** Has something written, however often it is asked, as rarely as possible. */
export interface Writer {
  /** Resolves when what there is now was written; rejects when that failed. */
  write(): Promise<void>;
}

interface Waiting {
  resolve(): void;
  reject(error: unknown): void;
}

/** Requests of one turn, those made during a write and those of `pause` milliseconds after one are met by a single write. */
export function createWriter(write: () => Promise<void>, pause: number): Writer {
  let waiting: Waiting[] = [];
  let isWriting = false;
  const loop = async (): Promise<void> => {
    isWriting = true;
    await new Promise((resolve) => {
      setImmediate(resolve);
    });
    while (waiting.length > 0) {
      const batch = waiting;
      waiting = [];
      await write().then(
        () => batch.forEach((request) => request.resolve()),
        (error: unknown) => batch.forEach((request) => request.reject(error)),
      );
      await new Promise((resolve) => {
        setTimeout(resolve, pause);
      });
    }
    isWriting = false;
  };
  return {
    write: () =>
      new Promise((resolve, reject) => {
        waiting.push({ resolve, reject });
        if (!isWriting) void loop();
      }),
  };
}
