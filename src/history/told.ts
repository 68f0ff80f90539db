import type { ConnectionStatus, ExitRecord } from '../index.ts';
import type { CallRecord } from './calls.ts';
import { healthOf, type Health } from './health.ts';
import type { ConnectionRecord, Happening, Life } from './record.ts';
import type { Numbered } from './ring.ts';
import type { SaidLevel } from './said.ts';

/** What a list says of each connection. */
export interface ConnectionSummary {
  readonly status: ConnectionStatus;
  readonly health: Health;
  /** What the module says of itself; null when it said nothing or no process lives to mean it. */
  readonly says: { readonly level: SaidLevel; readonly status: string; readonly message: string } | null;
  /** When the living process became ready; null if it is not or was not. */
  readonly upSince: number | null;
  /** How often it was started anew within the last hour. */
  readonly restarts: number;
  /** The worst of each of the last 60 minutes, the current one last: `.` unknown, `-` off, `o` ok, `c` changing, `t` troubled, `d` down. */
  readonly lastHour: string;
}

/** All that is remembered of a connection but its log. */
export interface ConnectionStory extends ConnectionSummary {
  /** Oldest first. */
  readonly lives: readonly Life[];
  readonly timeline: readonly Numbered<Happening>[];
  readonly calls: {
    readonly pending: readonly CallRecord[];
    readonly pendingCount: number;
    readonly recent: readonly CallRecord[];
  };
}

/** How much of the last words is told: lines, and characters of each. */
export interface Extent {
  readonly lines: number;
  readonly characters: number;
}

const inLists: Extent = { lines: 5, characters: 300 };
const everything: Extent = { lines: Number.POSITIVE_INFINITY, characters: Number.POSITIVE_INFINITY };

type Redact = (text: string) => string;

/** What a list says of a connection. */
export function summaryOf(
  record: ConnectionRecord,
  redact: Redact,
  extent: Extent = inLists,
): ConnectionSummary {
  const { status } = record.connection;
  const { says, lastHour } = record;
  const now = Date.now();
  return {
    status: statusTold(status, redact, extent),
    health: healthOf(status, says?.level ?? null),
    says: says === null ? null : { level: says.level, status: says.status, message: says.message },
    upSince: status.alive ? (record.lives.at(-1)?.readyAt ?? null) : null,
    restarts: lastHour.restarts(now),
    lastHour: lastHour.marks(now),
  };
}

/** All that is remembered of a connection but its log. */
export function storyOf(
  record: ConnectionRecord,
  redact: Redact,
  extent: Extent = everything,
): ConnectionStory {
  const { lives, timeline, calls } = record;
  return {
    ...summaryOf(record, redact, extent),
    lives: lives.map((life) => ({ ...life, exit: exitTold(life.exit, redact, extent) })),
    timeline: timeline.all,
    calls: {
      pending: calls.pending.map((call) => ({ ...call, name: redact(call.name) })),
      pendingCount: calls.pendingCount,
      recent: calls.recent.map((call) => ({ ...call, name: redact(call.name) })),
    },
  };
}

function statusTold(status: ConnectionStatus, redact: Redact, extent: Extent): ConnectionStatus {
  return {
    ...status,
    label: redact(status.label),
    reason: status.reason === null ? null : redact(status.reason),
    lastExit: exitTold(status.lastExit, redact, extent),
  };
}

function exitTold(exit: ExitRecord | null, redact: Redact, { lines, characters }: Extent): ExitRecord | null {
  if (exit === null) return null;
  const lastWords = exit.lastWords.slice(-lines).map((line) => redact(line).slice(0, characters));
  return { ...exit, detail: redact(exit.detail), lastWords };
}
