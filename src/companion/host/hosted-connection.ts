import type { Controls } from './controls.ts';
import { type CompanionView, View, type ViewOptions } from './view.ts';

/** What a host keeps for one connection. */
export interface HostedConnection {
  readonly view: View;
  readonly controls: Controls;
  /** The variables its process had replaced in texts, as `label:id`: it wants to hear of them. */
  readonly asked: Set<string>;
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
