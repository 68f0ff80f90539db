import type { ServerResponse } from 'node:http';
import type { History } from '../history/history.ts';
import { summaryOf } from '../history/told.ts';
import type { Manager } from '../index.ts';
import { Refusal } from './answers.ts';
import { Viewer } from './viewer.ts';

/** How often viewers are told what changed: milliseconds. */
const tickInterval = 250;
/** How often they hear from the server even if nothing changed: ticks. */
const beatEvery = 20;
const minute = 60_000;
const mostViewers = 64;

/** What there is to watch. */
interface About {
  readonly manager: Manager;
  readonly history: History;
  readonly version: string;
  readonly orders: boolean;
  readonly instance: string;
}

/** Tells all who watch what is new four times a second, each connection at most once: what came between is in the newest. Idle without viewers. */
export class Viewers {
  readonly #about: About;
  readonly #viewers = new Set<Viewer>();
  #known = new Set<string>();
  #ticks = 0;
  /** The one in which was told last, since the epoch. */
  #minute = 0;
  #stopWatching: (() => void) | null = null;

  constructor(about: About) {
    this.#about = about;
  }

  /**
   * Answers with a stream of events; `watched` is the connection that is told in detail, null for none.
   * @throws {Refusal} 503 when there are too many.
   */
  open(response: ServerResponse, watched: string | null): void {
    if (this.#viewers.size >= mostViewers)
      throw new Refusal(503, `${mostViewers} viewers are watching already.`, { 'retry-after': '10' });
    const ids = this.#about.history.records().keys();
    const viewer = new Viewer(response, watched, this.#greeting(), ids);
    this.#viewers.add(viewer);
    response.on('close', () => this.#leave(viewer));
    this.#stopWatching ??= this.#watch();
    this.#tick();
  }

  end(): void {
    for (const viewer of this.#viewers) viewer.end();
  }

  #watch(): () => void {
    const { history } = this.#about;
    this.#known = new Set(history.records().keys());
    const timer = setInterval(() => this.#tick(), tickInterval).unref();
    const unsubscribe = history.onChange((id) => {
      for (const viewer of this.#viewers) viewer.changed(id);
    });
    return () => {
      clearInterval(timer);
      unsubscribe();
    };
  }

  #leave(viewer: Viewer): void {
    this.#viewers.delete(viewer);
    if (this.#viewers.size > 0) return;
    this.#stopWatching?.();
    this.#stopWatching = null;
  }

  #tick(): void {
    const { history } = this.#about;
    const records = history.records();
    const news = changes(this.#known, records);
    // Time alone moves the last hour on.
    if (this.#isNewMinute()) news.push(...records.keys());
    this.#known = new Set(records.keys());
    this.#ticks += 1;
    const beat = this.#ticks % beatEvery === 0 ? this.#greeting() : null;
    const textOf = oncePerTick((id) => {
      const record = records.get(id);
      if (record === undefined) return null;
      return JSON.stringify(summaryOf(record, (text) => history.redact(record, text)));
    });
    for (const viewer of this.#viewers) {
      for (const id of news) viewer.changed(id);
      viewer.tell({ beat, textOf, history });
    }
  }

  /** However late a tick is, and wherever the clock is set. */
  #isNewMinute(): boolean {
    const before = this.#minute;
    this.#minute = Math.floor(Date.now() / minute);
    return this.#minute !== before;
  }

  #greeting(): object {
    const { manager, version, orders, instance } = this.#about;
    const { state, startSlots, guards, spares } = manager.status;
    const memory = spares.map(({ pid, rss }) => ({ pid, rss }));
    return { version, instance, orders, now: Date.now(), state, startSlots, guards, spares: memory };
  }
}

/** The ids that came or went. */
function changes(known: ReadonlySet<string>, present: ReadonlyMap<string, unknown>): string[] {
  return [
    ...[...present.keys()].filter((id) => !known.has(id)),
    ...[...known].filter((id) => !present.has(id)),
  ];
}

function oncePerTick(make: (id: string) => string | null): (id: string) => string | null {
  const made = new Map<string, string | null>();
  return (id) => {
    const known = made.get(id);
    if (known !== undefined) return known;
    const text = make(id);
    made.set(id, text);
    return text;
  };
}
