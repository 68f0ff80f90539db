import { type CompanionView, View, type ViewOptions } from './view.ts';
import type { CompanionManager } from './watchable.ts';

/**
 * Watches what the module of one connection says. A first change is told in the same turn, those that follow it together, so that a module which sets its values a
 * thousand times a second costs as much as one that does so forty times. When its process ends, status and values are gone: they were that process's. Definitions stay
 * until the next process has its own, or is initialised without any. `using` or its `Symbol.dispose` ends it.
 * @example
 * const view = watchCompanion(manager, 'mixer');
 * view.on('values', (changed) => console.log(Object.fromEntries(changed)));
 */
export function watchCompanion(
  manager: Pick<CompanionManager, 'on'>,
  connection: string,
  options: ViewOptions = {},
): CompanionView {
  const view = new View(options);
  const stops = [
    manager.on('message', (message) => {
      if (message.connection === connection) view.hear(message);
    }),
    manager.on('exit', (event) => {
      if (event.connection === connection) view.end();
    }),
  ];
  view.onDispose = () => {
    for (const stop of stops) stop();
  };
  return view;
}
