import type { Tell } from './telling.ts';

type Log = readonly [source: unknown, level: unknown, message: unknown];

const kept: Log[] = [];
/** The most that is kept before anybody could be told. */
const most = 100;

/** Keeps what the module logs until `takeLogs`. */
export function keepLogs(): void {
  setLogger((...log) => {
    if (kept.length < most) kept.push(log);
  });
}

/** Tells what the module logs, and what was kept. */
export function takeLogs(tell: Tell): void {
  const log = (...[source, level, message]: Log): void =>
    tell('log-message', {
      level: String(level),
      message: String(message),
      ...(typeof source === 'string' && { source }),
    });
  for (const each of kept.splice(0)) log(...each);
  setLogger(log);
}

/** Where the loggers of the SDK look, also those that a module makes while it is imported. */
function setLogger(logger: (...log: Log) => void): void {
  Object.assign(globalThis, { COMPANION_LOGGER: logger });
}
