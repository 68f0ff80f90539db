import { logTo } from './logging/log-to.ts';
import type { Logger } from './logging/logger.ts';
import { realFoundation } from './manager/foundation.ts';
import { Manager, type ManagerOptions } from './manager/manager.ts';
import { nodeModule } from './native/index.ts';
import type { Module } from './process/protocol.ts';

/** What `createManager` takes besides what every manager is made from. */
export interface CreateManagerOptions extends ManagerOptions {
  /** Gets a line for everything the manager has to tell: a pino logger, `console`, or anything with `debug`, `info`, `warn` and `error`. Default none. */
  readonly logger?: Logger | undefined;
}

/**
 * Makes a manager, which owns connections and the slots in which they start.
 * @throws {GreenroomError} `OPTION_INVALID`.
 * @example
 * await using manager = createManager();
 * const lamp = manager.add({ id: 'lamp', module: 'modules/lamp.js', config: { host: '10.0.0.7' } });
 * await lamp.waitFor('ready');
 * console.log(await lamp.call('brightness'));
 */
export function createManager({ logger, ...options }: CreateManagerOptions = {}): Manager {
  const manager = new Manager(options, { ...realFoundation, toModule });
  if (logger !== undefined) logTo(manager, logger);
  return manager;
}

function toModule(module: Module | string): Module {
  return typeof module === 'string' ? nodeModule(module) : module;
}
