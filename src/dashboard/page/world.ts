import type { Health } from '../../history/health.ts';
import type { LogLine, Life, Happening } from '../../history/record.ts';
import type { Numbered } from '../../history/ring.ts';
import type { ConnectionStory, ConnectionSummary } from '../../history/told.ts';

/** What the server says of itself. */
export interface Greeting {
  readonly version: string;
  readonly instance: string;
  readonly orders: boolean;
  readonly now: number;
  readonly state: 'running' | 'stopping' | 'stopped';
  readonly startSlots: { readonly total: number; readonly held: number; readonly waiting: number };
  /** Of each process that waits, the memory. */
  readonly spares: readonly { readonly pid: number | null; readonly rss: number | null }[];
}

/** The connection that is looked at. */
export interface Watched {
  story: ConnectionStory | null;
  lives: readonly Life[];
  timeline: readonly Numbered<Happening>[];
  log: readonly Numbered<LogLine>[];
  /** How many lines were not told. */
  lost: number;
}

/** All this page was told. */
export class World {
  greeting: Greeting | null = null;
  isComplete = false;
  readonly connections = new Map<string, ConnectionSummary>();
  watched: Watched = nobody();
  #heard = new Set<string>();
  #offset = 0;

  /** The time at the server. */
  get now(): number {
    return Date.now() + this.#offset;
  }

  /** A stream begins: the server tells everything anew. */
  begin(): void {
    this.#heard = new Set();
    this.watched = nobody();
  }

  /** Takes what the stream told; returns the ids of the connections that are concerned. */
  take(name: string, data: unknown): readonly string[] {
    if (name === 'manager') this.#takeGreeting(data as Greeting);
    else if (name === 'connections') return this.#takeConnections(data as ConnectionsEvent);
    else if (name === 'complete') return this.#complete();
    else if (name === 'story') this.#takeStory(data as StoryEvent);
    else if (name === 'log') this.#takeLog(data as LogEvent);
    return [];
  }

  #takeGreeting(greeting: Greeting): void {
    this.greeting = greeting;
    this.#offset = greeting.now - Date.now();
  }

  #takeConnections({ items, removed }: ConnectionsEvent): string[] {
    for (const item of items) {
      this.connections.set(item.status.id, item);
      this.#heard.add(item.status.id);
    }
    for (const id of removed) this.connections.delete(id);
    return [...items.map(({ status }) => status.id), ...removed];
  }

  /** Those that were not told any more went while nobody listened. */
  #complete(): string[] {
    this.isComplete = true;
    const gone = [...this.connections.keys()].filter((id) => !this.#heard.has(id));
    for (const id of gone) this.connections.delete(id);
    return gone;
  }

  #takeStory({ begin, ...story }: StoryEvent): void {
    if (begin) this.watched = nobody();
    const { watched } = this;
    watched.story = { ...story, lives: story.lives ?? watched.lives };
    watched.lives = story.lives ?? watched.lives;
    if (story.timeline.length > 0) watched.timeline = [...watched.timeline, ...story.timeline].slice(-200);
  }

  #takeLog({ lines, lost }: LogEvent): void {
    this.watched.log = [...this.watched.log, ...lines].slice(-1000);
    this.watched.lost += lost;
  }
}

/** How many connections there are of each health. */
export function countByHealth(connections: Iterable<ConnectionSummary>): Record<Health, number> {
  const counts = { ok: 0, troubled: 0, changing: 0, down: 0, off: 0 };
  for (const { health } of connections) counts[health] += 1;
  return counts;
}

interface ConnectionsEvent {
  readonly items: readonly ConnectionSummary[];
  readonly removed: readonly string[];
}

type StoryEvent = Omit<ConnectionStory, 'lives'> & {
  /** It is the first of this connection: whatever was told before is of another that had its id. */
  readonly begin: boolean;
  readonly lives?: readonly Life[];
};

interface LogEvent {
  readonly lines: readonly Numbered<LogLine>[];
  readonly lost: number;
}

function nobody(): Watched {
  return { story: null, lives: [], timeline: [], log: [], lost: 0 };
}
