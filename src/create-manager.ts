import { realFoundation } from './manager/foundation.ts';
import { Manager, type ManagerOptions } from './manager/manager.ts';
import { nodeModule } from './native/index.ts';
import type { Module } from './process/protocol.ts';

/**
 * Makes a manager, which owns connections and the slots in which they start.
 * @throws {GreenroomError} `OPTION_INVALID`.
 * @example
 * await using manager = createManager();
 * const lamp = manager.add({ id: 'lamp', module: 'modules/lamp.js', config: { host: '10.0.0.7' } });
 * await lamp.waitFor('ready');
 * console.log(await lamp.call('brightness'));
 */
export function createManager(options: ManagerOptions = {}): Manager {
  return new Manager(options, { ...realFoundation, toModule });
}

function toModule(module: Module | string): Module {
  return typeof module === 'string' ? nodeModule(module) : module;
}
