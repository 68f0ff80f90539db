import { GreenroomError } from '../errors.ts';
import type { CallMeta } from '../ipc/call-meta.ts';
import type { Channel, SendOptions } from '../ipc/channel.ts';
import type { Peer } from '../ipc/peer.ts';
import { isOwnName, reservedName } from '../native/own-names.ts';

/** How grave a line of a log is. */
export type LogLevel = 'debug' | 'info' | 'warning' | 'error';
/** How well a module thinks it is. */
export type StatusLevel = 'ok' | 'warning' | 'error';

/** How long to wait for the app's answer, and what goes along with the call. */
export interface HostCallOptions {
  /** Milliseconds; 0 is none. Default 5000. */
  readonly timeout?: number | undefined;
  /** Cancels the call; the app is told. */
  readonly signal?: AbortSignal | undefined;
  /** What the app's handler finds beside the payload. Default none. */
  readonly meta?: CallMeta | undefined;
}

/**
 * What a module may say to its host. Once the host is gone, calls reject with `CONNECTION_LOST` and everything else
 * does nothing: the process then has a second left.
 */
export interface ModuleHost {
  /**
   * Calls the app and resolves with its answer.
   * @throws {GreenroomError} As a rejection: `CALL_FAILED`, `CALL_TIMED_OUT`, `CALL_CANCELLED`, `CONNECTION_LOST`, `OPTION_INVALID`, `QUEUE_FULL`, `FRAME_TOO_LARGE` or `FRAME_MALFORMED`.
   */
  call(name: string, payload?: unknown, options?: HostCallOptions): Promise<unknown>;
  /**
   * Tells the app something that it doesn't answer.
   * @throws {GreenroomError} `OPTION_INVALID`, `FRAME_TOO_LARGE`, `FRAME_MALFORMED`, or `QUEUE_FULL` when the host reads slower than the module writes.
   */
  notify(name: string, payload?: unknown, options?: SendOptions): void;
  /** Resolves when less than half of what may wait for the host waits: the moment to go on after `QUEUE_FULL`. */
  drained(): Promise<void>;
  /**
   * Asks for so many more milliseconds for `init`, counted from now; 5 minutes in all at most, unless the app says otherwise.
   * @throws {GreenroomError} `OPTION_INVALID` unless it is above 0, or `QUEUE_FULL`.
   */
  extendDeadline(milliseconds: number): void;
  /** A line for the log of the app; goes to stderr instead when it can't be sent. Never throws. */
  log(level: LogLevel, message: string): void;
  /**
   * What the module thinks of itself, to be shown beside what the host sees.
   * @throws {GreenroomError} `QUEUE_FULL`, `FRAME_TOO_LARGE`.
   */
  status(level: StatusLevel, message: string): void;
  /** Announces an exit of the module's own will; resolves when everything sent is on its way, so that the process may exit. */
  unregister(): Promise<void>;
}

/** Puts the module's words on the wire. */
export function createModuleHost(peer: Peer, channel: Channel): ModuleHost {
  const notify = (name: string, payload?: unknown, options?: SendOptions): void => {
    if (channel.isOpen) peer.notify(name, payload, options);
  };
  return {
    call: (name, payload, options = {}) =>
      isOwnName(name) ? peer.call(name, payload, options) : Promise.reject(reservedName(name)),
    notify(name, payload, options) {
      if (!isOwnName(name)) throw reservedName(name);
      notify(name, payload, options);
    },
    drained: () => channel.drained(),
    extendDeadline(milliseconds) {
      if (!(milliseconds > 0)) {
        throw new GreenroomError(
          'OPTION_INVALID',
          `extendDeadline needs a number of milliseconds above 0; it got ${String(milliseconds)}.`,
        );
      }
      notify('$extend', { milliseconds });
    },
    log(level, message) {
      try {
        notify('$log', { level, message });
      } catch {
        process.stderr.write(`${level}: ${message}\n`);
      }
    },
    status: (level, message) => notify('$status', { level, message }),
    unregister() {
      notify('$unregister');
      return channel.flush();
    },
  };
}
