import { isDeepStrictEqual } from 'node:util';
import type { Action } from '../definitions/action.ts';
import type { Feedback } from '../definitions/feedback.ts';
import type { Preset } from '../definitions/preset.ts';
import type { PresetSection } from '../definitions/preset-section.ts';
import type { ModuleStatus } from '../definitions/status.ts';
import type { Variable } from '../definitions/variable.ts';
import type { CompanionInitialised } from '../init.ts';
import { sizeOf } from './size-of.ts';

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
/** How long they may be together, in bytes; five hundred pictures of buttons are a fifth of it. */
export const mostValueBytes = 64 * 1_048_576;

/** Values by id, and which of them changed since somebody last took them. */
export class Values {
  readonly all = new Map<string, unknown>();
  readonly #sizes = new Map<string, number>();
  #bytes = 0;
  #changed = new Map<string, unknown>();

  /** The newest counts; undefined removes one. False when there is too much to take it: then there is none of this id any more. */
  set(id: string, value: unknown): boolean {
    const before = this.all.get(id);
    if (isDeepStrictEqual(before, value)) return true;
    const isTaken = value !== undefined && this.#take(id, value);
    if (!isTaken) this.#drop(id);
    if (isTaken || before !== undefined) this.#changed.set(id, this.all.get(id));
    return isTaken || value === undefined;
  }

  clear(): void {
    for (const id of this.all.keys()) this.#changed.set(id, undefined);
    this.all.clear();
    this.#sizes.clear();
    this.#bytes = 0;
  }

  /** Each that changed, with its newest value; undefined is gone. */
  take(): ReadonlyMap<string, unknown> {
    const changed = this.#changed;
    this.#changed = new Map();
    return changed;
  }

  #take(id: string, value: unknown): boolean {
    const size = id.length + sizeOf(value);
    const growth = size - (this.#sizes.get(id) ?? 0);
    const isOneMore = !this.all.has(id);
    if ((isOneMore && this.all.size >= mostValues) || this.#bytes + growth > mostValueBytes) return false;
    this.all.set(id, value);
    this.#sizes.set(id, size);
    this.#bytes += growth;
    return true;
  }

  #drop(id: string): void {
    this.#bytes -= this.#sizes.get(id) ?? 0;
    this.#sizes.delete(id);
    this.all.delete(id);
  }
}
