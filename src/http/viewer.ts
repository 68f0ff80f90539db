import type { ServerResponse } from 'node:http';
import type { History } from '../history/history.ts';
import type { ConnectionRecord } from '../history/record.ts';
import { storyOf } from '../history/told.ts';

/** At most so much is written before it was taken away: characters. */
const portion = 262_144;
/** Who takes nothing away for so long is gone: milliseconds. */
const patience = 30_000;
const shownLastWords = { lines: 100, characters: 500 };

/** Proxies are to pass on each event as it comes: nginx collects some kilobytes otherwise, and others would compress. */
export const streamed = {
  'content-type': 'text/event-stream',
  'cache-control': 'no-store, no-transform',
  'x-accel-buffering': 'no',
};

interface Told {
  record: ConnectionRecord | null;
  happening: number;
  line: number;
  lives: number;
}

const nothing: Told = { record: null, happening: 0, line: 0, lives: -1 };

/** What there is to tell in one tick. */
export interface Tidings {
  /** Told if it is time to be heard; else null. */
  readonly beat: object | null;
  readonly history: History;
  /** The summary of a connection as JSON; null if there is no such connection any more. */
  textOf(id: string): string | null;
}

/** One who watches. It remembers which connections it must hear of and not what of them, so that being slow costs nothing. */
export class Viewer {
  readonly #response: ServerResponse;
  readonly #watched: string | null;
  readonly #changed: Set<string>;
  #isComplete = false;
  #slowSince: number | null = null;
  #told = { ...nothing };
  #isWatchedChanged = true;

  constructor(
    response: ServerResponse,
    watched: string | null,
    greeting: object,
    connections: Iterable<string>,
  ) {
    this.#response = response;
    this.#watched = watched;
    this.#changed = new Set(connections);
    response.writeHead(200, streamed);
    response.socket?.setNoDelay(true).unref();
    this.#write('manager', JSON.stringify(greeting));
  }

  /** There is something new of a connection, or it is gone. */
  changed(id: string): void {
    this.#changed.add(id);
    if (id === this.#watched) this.#isWatchedChanged = true;
  }

  /** Writes what there is to tell, unless what was written before still waits: then the next time tells what is true by then. */
  tell(tidings: Tidings): void {
    if (this.#isBehind()) return;
    if (tidings.beat !== null) this.#write('manager', JSON.stringify(tidings.beat));
    this.#tellChanged(tidings);
    this.#tellWatched(tidings);
  }

  end(): void {
    this.#response.end();
  }

  #isBehind(): boolean {
    if (!this.#response.writableNeedDrain) {
      this.#slowSince = null;
      return false;
    }
    this.#slowSince ??= performance.now();
    if (performance.now() - this.#slowSince > patience) this.#response.destroy();
    return true;
  }

  #tellChanged(tidings: Tidings): void {
    const items: string[] = [];
    const removed: string[] = [];
    let length = 0;
    for (const id of this.#changed) {
      if (length > portion) break;
      this.#changed.delete(id);
      const text = tidings.textOf(id);
      if (text === null) removed.push(id);
      else items.push(text);
      length += text?.length ?? 0;
    }
    if (items.length + removed.length > 0)
      this.#write('connections', `{"items":[${items.join(',')}],"removed":${JSON.stringify(removed)}}`);
    this.#tellComplete();
  }

  #tellComplete(): void {
    if (this.#isComplete || this.#changed.size > 0) return;
    this.#isComplete = true;
    this.#write('complete', '{}');
  }

  #tellWatched({ history }: Tidings): void {
    const record = this.#watched === null ? undefined : history.records().get(this.#watched);
    if (record === undefined || !this.#isWatchedChanged) return;
    this.#isWatchedChanged = false;
    // Another connection may have the id by now.
    const begin = this.#told.record !== record;
    if (begin) this.#told = { ...nothing, record };
    this.#tellStory(record, (text) => history.redact(record, text), begin);
    this.#tellLog(record);
  }

  #tellStory(record: ConnectionRecord, redact: (text: string) => string, begin: boolean): void {
    const { lives, ...story } = storyOf(record, redact, shownLastWords);
    const isNew = record.livesVersion !== this.#told.lives;
    const news = { timeline: record.timeline.after(this.#told.happening), ...(isNew ? { lives } : {}) };
    this.#told.happening = record.timeline.last;
    this.#told.lives = record.livesVersion;
    this.#write('story', JSON.stringify({ begin, ...story, ...news }));
  }

  #tellLog({ log }: ConnectionRecord): void {
    const lines = log.after(this.#told.line);
    if (lines[0] === undefined) return;
    const lost = lines[0].seq - this.#told.line - 1;
    this.#told.line = log.last;
    this.#write('log', JSON.stringify({ lines, lost }));
  }

  #write(event: string, data: string): void {
    this.#response.write(`event: ${event}\ndata: ${data}\n\n`);
  }
}
