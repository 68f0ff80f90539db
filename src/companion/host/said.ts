import { isDeepStrictEqual } from 'node:util';
import type { Action } from '../definitions/action.ts';
import type { Feedback } from '../definitions/feedback.ts';
import type { Preset } from '../definitions/preset.ts';
import type { PresetSection } from '../definitions/preset-section.ts';
import type { ModuleStatus } from '../definitions/status.ts';
import type { Variable } from '../definitions/variable.ts';
import type { CompanionInitialised } from '../init.ts';

/** Everything a module has said that is still true. */
export interface Said {
  /** The answer to `init`; null while it is not initialised. */
  readonly initialised: CompanionInitialised | null;
  /** Null until it says something, and from its end on. */
  readonly status: ModuleStatus | null;
  /** What it can do, by id. */
  readonly actions: ReadonlyMap<string, Action>;
  /** What it can show, by id. */
  readonly feedbacks: ReadonlyMap<string, Feedback>;
  readonly presets: {
    /** By id. */
    readonly all: ReadonlyMap<string, Preset>;
    /** How to list them. */
    readonly sections: readonly PresetSection[];
  };
  /** What it defined, by id. */
  readonly variables: ReadonlyMap<string, Variable>;
  /** By the ids of variables, also of some that it didn't define. */
  readonly values: ReadonlyMap<string, unknown>;
  /** By the ids of feedbacks that are placed: `boolean` ones true or false, `advanced` ones a style. */
  readonly feedbackValues: ReadonlyMap<string, unknown>;
}

/** The part of it that is replaced as a whole. */
export type Facts = Omit<Said, 'values' | 'feedbackValues'>;

/** What no module has said yet. */
export const nothing: Facts = {
  initialised: null,
  status: null,
  actions: new Map(),
  feedbacks: new Map(),
  presets: { all: new Map(), sections: [] },
  variables: new Map(),
};

/** How many values of one module are kept; real ones have some thousands. */
export const mostValues = 50_000;

/** Values by id, and which of them changed since somebody last took them. */
export class Values {
  readonly all = new Map<string, unknown>();
  #changed = new Map<string, unknown>();

  /** The newest counts; undefined removes one. False when there are too many to take one more. */
  set(id: string, value: unknown): boolean {
    if (isDeepStrictEqual(this.all.get(id), value)) return true;
    if (value === undefined) this.all.delete(id);
    else if (this.all.size >= mostValues && !this.all.has(id)) return false;
    else this.all.set(id, value);
    this.#changed.set(id, value);
    return true;
  }

  clear(): void {
    for (const id of this.all.keys()) this.#changed.set(id, undefined);
    this.all.clear();
  }

  /** Each that changed, with its newest value; undefined is gone. */
  take(): ReadonlyMap<string, unknown> {
    const changed = this.#changed;
    this.#changed = new Map();
    return changed;
  }
}
