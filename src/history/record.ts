import type { Connection, ConnectionStatus, ExitRecord, ManagerEvents } from '../index.ts';
import { Calls } from './calls.ts';
import { healthOf, type Health } from './health.ts';
import { createLastHour, type LastHour } from './last-hour.ts';
import { Ring } from './ring.ts';
import type { Said } from './said.ts';

/** Something that happened to a connection, told in the order in which it happened. */
export interface Happening {
  /** Milliseconds since the epoch, as every time here. */
  readonly at: number;
  readonly kind: 'state' | 'exit' | 'order' | 'rejected';
  readonly incarnation: number;
  /** The state it came into, or was in. */
  readonly state: string;
  /** The two of an ending process; else null. */
  readonly step: string | null;
  readonly next: string | null;
  /** What it was like by its status alone; `down` for an exit that counts as a crash, `off` for others. */
  readonly health: Health;
  /** The reason, the end in a sentence, the order, or why it was refused; may be empty. */
  readonly text: string;
}

/** One line of what a module wrote or logged. */
export interface LogLine {
  readonly at: number;
  readonly incarnation: number;
  /** `log` is what it logged through its protocol, `notice` what is said about its output. */
  readonly stream: 'stdout' | 'stderr' | 'log' | 'notice';
  /** Of `log` only, in the module's own word; else null. */
  readonly level: string | null;
  readonly text: string;
}

/** One incarnation from its start to its end. */
export interface Life {
  readonly incarnation: number;
  readonly startedAt: number;
  /** Null if it never was. */
  readonly readyAt: number | null;
  /** Null while it lives. */
  readonly exit: ExitRecord | null;
}

const happenings = 200;
const lives = 10;
const lines = 1000;
const charactersOfLog = 131_072;
const charactersOfLine = 2000;

/** What is remembered of one connection. */
export class ConnectionRecord {
  readonly connection: Connection;
  readonly timeline = new Ring<Happening>(happenings);
  readonly log = new Ring<LogLine>(lines, {
    weigh: ({ text }) => text.length,
    heaviest: charactersOfLog,
  });
  readonly calls = new Calls();
  readonly lastHour: LastHour = createLastHour();
  /** Counts the changes of `lives`. */
  livesVersion = 0;
  readonly #lives = new Map<number, Life>();
  readonly #redact: (text: string) => string;
  #status: ConnectionStatus;
  /** What the module says of itself; null when no process lives to mean it. */
  says: Extract<Said, { kind: 'status' }> | null = null;

  /** The history of a connection begins with what it is like now. */
  constructor(connection: Connection, redact: (text: string) => string) {
    this.connection = connection;
    this.#redact = redact;
    this.#status = connection.status;
    this.lastHour.become(healthOf(this.#status, null), this.#status.since);
    this.#become(this.#status);
    for (const exit of connection.history) this.#end(exit, exit.at);
  }

  /** The last ten incarnations, oldest first. */
  get lives(): readonly Life[] {
    return [...this.#lives.values()];
  }

  takeStatus({ status, previous }: Pick<ManagerEvents['status'], 'status' | 'previous'>): void {
    this.#status = status;
    if (status.pid === null) this.says = null;
    this.#become(status);
    if (status.incarnation > previous.incarnation && status.incarnation > 1)
      this.lastHour.restarted(Date.now());
    const reason = newReason(status, previous);
    if (!isSame(status, previous)) this.#happened('state', status.since, reason);
    else if (reason !== '') this.#happened('state', Date.now(), reason);
  }

  takeExit(exit: ExitRecord): void {
    this.#end(exit, this.#lives.get(exit.incarnation)?.startedAt ?? exit.at);
    this.#happened('exit', exit.at, exit.detail, exit);
  }

  takeOrder(kind: 'order' | 'rejected', text: string): void {
    this.#happened(kind, Date.now(), text);
  }

  takeLine(line: Omit<LogLine, 'at'>): void {
    this.log.push({ at: Date.now(), ...line, text: this.#redact(line.text).slice(0, charactersOfLine) });
  }

  takeSaid(said: Said, incarnation: number): void {
    const cut = (text: string): string => this.#redact(text).slice(0, charactersOfLine);
    if (said.kind === 'log')
      this.takeLine({ incarnation, stream: 'log', level: cut(said.level), text: said.message });
    else if (incarnation === this.#status.incarnation) {
      this.says = { ...said, status: cut(said.status), message: cut(said.message) };
      this.lastHour.become(healthOf(this.#status, said.level), Date.now());
    }
  }

  #become(status: ConnectionStatus): void {
    const { incarnation, state, since, alive } = status;
    this.lastHour.become(healthOf(status, this.says?.level ?? null), Date.now());
    const life = this.#lives.get(incarnation);
    if (life === undefined && alive) this.#keep({ incarnation, startedAt: since, readyAt: null, exit: null });
    else if (state === 'ready' && life?.readyAt === null) this.#keep({ ...life, readyAt: since });
  }

  #end(exit: ExitRecord, startedAt: number): void {
    const { incarnation } = exit;
    const life = this.#lives.get(incarnation) ?? { incarnation, startedAt, readyAt: null };
    this.#keep({ ...life, exit });
  }

  #keep(life: Life): void {
    this.livesVersion += 1;
    this.#lives.set(life.incarnation, life);
    for (const oldest of this.#lives.keys()) {
      if (this.#lives.size <= lives) break;
      this.#lives.delete(oldest);
    }
  }

  #happened(kind: Happening['kind'], at: number, text: string, exit: ExitRecord | null = null): void {
    const { state, step, next, incarnation } = this.#status;
    const health = exit === null ? healthOf(this.#status, null) : exit.crash ? 'down' : 'off';
    const about = { state, step, next, health, incarnation: exit?.incarnation ?? incarnation } as const;
    this.timeline.push({ at, kind, ...about, text: this.#redact(text).slice(0, charactersOfLine) });
  }
}

type Before = ManagerEvents['status']['previous'];

function isSame({ state, step, next }: ConnectionStatus, previous: Before): boolean {
  return state === previous.state && step === previous.step && next === previous.next;
}

/** A reason stays while a module starts anew, and may be what its exit said; it is news once. */
function newReason({ reason, lastExit }: ConnectionStatus, previous: Before): string {
  if (reason === null || reason === previous.reason || reason === lastExit?.detail) return '';
  return reason;
}
