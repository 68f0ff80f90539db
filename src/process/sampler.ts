import type { Clock } from '../clock.ts';
import { createGroupUsage, type Usage } from './group-usage.ts';
import { identify, type ProcessIdentity } from './signals.ts';

/** What one look at a process and the programs it started found. */
export interface Sample {
  /** Resident memory in bytes. */
  readonly rss: number;
  /** Per cent of one core since the look before; null at the first look. */
  readonly cpu: number | null;
  /** Milliseconds since the look before; 0 at the first. */
  readonly span: number;
  /** Milliseconds since the epoch. */
  readonly at: number;
}

export interface SampleOptions {
  /** Milliseconds between two looks, at most: all processes of a sampler are looked at together. */
  readonly interval: number;
  /** `soon`: the next look shall not wait for so long. */
  readonly onSample: (sample: Sample) => 'soon' | 'later';
}

/** Looks at processes from outside, all of a manager at once. */
export interface Sampler {
  /** Looks at this process from now on; returns what ends that. Only for a process whose exit was not seen. */
  watch(pid: number, options: SampleOptions): () => void;
}

/** One timer while there is anybody to look at, and none else. It waits for the operating system, so it doesn't go by the manager's clock. */
export function createSampler(clock: Pick<Clock, 'now'>): Sampler {
  return new GroupSampler(clock);
}

class GroupSampler implements Sampler {
  readonly #clock: Pick<Clock, 'now'>;
  readonly #watched = new Map<ProcessIdentity, SampleOptions>();
  readonly #groups = createGroupUsage();
  #timer: NodeJS.Timeout | undefined;
  #due = Number.POSITIVE_INFINITY;
  #lookedAt = 0;

  constructor(clock: Pick<Clock, 'now'>) {
    this.#clock = clock;
  }

  watch(pid: number, options: SampleOptions): () => void {
    if (process.platform !== 'linux') return cannot();
    const identity = identify(pid);
    this.#watched.set(identity, options);
    this.#lookIn(options.interval);
    return () => {
      if (!this.#watched.delete(identity) || this.#watched.size > 0) return;
      this.#rest();
      this.#groups.forget();
    };
  }

  #lookIn(milliseconds: number): void {
    const due = performance.now() + milliseconds;
    if (due >= this.#due) return;
    clearTimeout(this.#timer);
    this.#due = due;
    this.#timer = setTimeout(() => this.#look(), milliseconds).unref();
  }

  #rest(): void {
    clearTimeout(this.#timer);
    this.#due = Number.POSITIVE_INFINITY;
  }

  #look(): void {
    this.#rest();
    const now = performance.now();
    const span = now - this.#lookedAt;
    this.#lookedAt = now;
    const usages = this.#groups.look([...this.#watched.keys()]);
    for (const [identity, usage] of usages) {
      const options = this.#watched.get(identity);
      // Whoever hears of one may end another.
      if (!options) continue;
      const answer = options.onSample(sampleOf(usage, span, this.#clock.now()));
      this.#lookIn(answer === 'soon' ? options.interval / 10 : options.interval);
    }
    // None of them was found, but their exits aren't known yet.
    for (const { interval } of this.#watched.values()) this.#lookIn(interval);
  }
}

function sampleOf({ rss, used }: Usage, span: number, at: number): Sample {
  return used === null ? { rss, cpu: null, span: 0, at } : { rss, cpu: (used / span) * 100, span, at };
}

let hasWarned = false;

function cannot(): () => void {
  if (!hasWarned) {
    process.emitWarning(
      `On ${process.platform} what a module uses can't be measured: memory.limit only bounds the heap of modules that Node runs, and cpu nothing.`,
      'GreenroomWarning',
    );
  }
  hasWarned = true;
  return () => {};
}
