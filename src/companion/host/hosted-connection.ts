import type { Controls } from './controls.ts';
import { mostValues } from './said.ts';
import { type CompanionView, View, type ViewOptions } from './view.ts';

/** What a host keeps for one connection. */
export interface HostedConnection {
  readonly view: View;
  readonly controls: Controls;
  /** The variables its process had replaced in texts, as `label:id`: it wants to hear of them. */
  readonly asked: ReadonlySet<string>;
  /** It had these replaced; of the oldest it hears no more when they are too many. */
  ask(ids: readonly string[]): void;
  /** Its process is gone. */
  end(): void;
  dispose(): void;
}

/** Begins with nothing said and nothing placed. */
export function createHostedConnection(
  options: ViewOptions,
  controlsFor: (view: CompanionView) => Controls,
): HostedConnection {
  const view = new View(options);
  const controls = controlsFor(view);
  const asked = new Set<string>();
  return {
    view,
    controls,
    asked,
    ask(ids) {
      for (const id of ids) asked.delete(id);
      for (const id of ids) asked.add(id);
      for (const oldest of asked) {
        if (asked.size <= mostValues) break;
        asked.delete(oldest);
      }
    },
    end() {
      view.end();
      asked.clear();
    },
    dispose() {
      controls.end();
      view[Symbol.dispose]();
    },
  };
}
