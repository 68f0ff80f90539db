import { systemClock } from '../../clock.ts';
import { type Complaints, createComplaints } from './complaints.ts';
import { Controls, type ControlsOptions } from './controls.ts';
import { mostValueBytes, mostValues } from './said.ts';
import { View, type ViewOptions } from './view.ts';

/** What a host keeps for one connection. */
export interface HostedConnection {
  readonly view: View;
  readonly controls: Controls;
  /** The variables its process had replaced in texts, as `label:id`: it wants to hear of them. */
  readonly asked: ReadonlySet<string>;
  /** What its module has sent into the world in vain. */
  readonly complaints: Complaints;
  /** It had these replaced; of the oldest it hears no more when they are too many. */
  ask(ids: readonly string[]): void;
  /** Its process is gone. */
  end(): void;
  dispose(): void;
}

/** Begins with nothing said and nothing placed. */
export function createHostedConnection(
  options: ViewOptions,
  surroundings: Omit<ControlsOptions, 'view' | 'onGone'>,
): HostedConnection {
  const view = new View(options);
  const onGone = (feedbacks: readonly string[]): void => view.forgetFeedbacks(feedbacks);
  const controls = new Controls({ ...surroundings, view, onGone });
  const complaints = createComplaints(options.clock ?? systemClock, surroundings.onProblem);
  const asked = new Asked();
  return {
    view,
    controls,
    asked: asked.ids,
    complaints,
    ask: (ids) => asked.add(ids),
    end() {
      view.end();
      asked.clear();
    },
    dispose() {
      controls.end();
      complaints.end();
      view[Symbol.dispose]();
    },
  };
}

/** The newest ids, in number and length as many as values are kept. */
class Asked {
  readonly ids = new Set<string>();
  #length = 0;

  add(ids: readonly string[]): void {
    for (const id of ids) {
      this.#drop(id);
      this.ids.add(id);
      this.#length += id.length;
    }
    for (const oldest of this.ids) {
      if (this.ids.size <= mostValues && this.#length <= mostValueBytes) break;
      this.#drop(oldest);
    }
  }

  clear(): void {
    this.ids.clear();
    this.#length = 0;
  }

  #drop(id: string): void {
    if (this.ids.delete(id)) this.#length -= id.length;
  }
}
