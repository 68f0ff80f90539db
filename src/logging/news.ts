import { saidIn, type SaidLevel } from '../history/said.ts';
import type { ConnectionState, ExitRecord, Manager, ManagerEvents } from '../index.ts';

/** All that a manager has to tell to people and to logs, flat and as plain JSON. */
export type ManagerNews =
  | {
      readonly event: 'status';
      readonly connection: string;
      readonly state: ConnectionState;
      readonly previous: ConnectionState;
      readonly step: string | null;
      readonly next: string | null;
      readonly incarnation: number;
      readonly pid: number | null;
      readonly attempt: number;
      readonly reason: string | null;
      readonly nextRetryAt: string | null;
    }
  | ({ readonly event: 'exit'; readonly connection: string } & Omit<ExitRecord, 'at'>)
  | ({ readonly event: 'discarded' } & ManagerEvents['discarded'])
  | ({ readonly event: 'output' } & ManagerEvents['output'])
  | ({ readonly event: 'outputDropped' } & ManagerEvents['outputDropped'])
  | ({ readonly event: 'overBudget' } & ManagerEvents['overBudget'])
  | {
      readonly event: 'moduleStatus';
      readonly connection: string;
      readonly incarnation: number;
      readonly level: SaidLevel;
      readonly status: string;
      readonly message: string;
    }
  | {
      readonly event: 'log';
      readonly connection: string;
      readonly incarnation: number;
      readonly level: string;
      readonly message: string;
    }
  | { readonly event: 'configSaved'; readonly connection: string }
  | {
      readonly event: 'problem';
      readonly connection: string | null;
      readonly message: string;
      readonly stack: string | null;
    };

/** Tells everything a manager has to say, as it happens; returns what ends that. */
export function tellEvents(manager: Manager, tell: (news: ManagerNews) => void): () => void {
  const ends = [
    manager.on('status', (event) => tell(statusNews(event))),
    manager.on('exit', (event) => tell(exitNews(event))),
    manager.on('discarded', (event) => tell({ event: 'discarded', ...event })),
    manager.on('output', (event) => tell({ event: 'output', ...event })),
    manager.on('outputDropped', (event) => tell({ event: 'outputDropped', ...event })),
    manager.on('overBudget', (event) => tell({ event: 'overBudget', ...event })),
    manager.on('configSaved', ({ connection }) => tell({ event: 'configSaved', connection })),
    manager.on('problem', (event) => tell(problemNews(event))),
    manager.on('message', (event) => {
      const news = messageNews(event);
      if (news !== null) tell(news);
    }),
  ];
  return () => {
    for (const end of ends) end();
  };
}

function problemNews({ connection, error }: ManagerEvents['problem']): ManagerNews {
  const stack = error instanceof Error ? (error.stack ?? null) : null;
  return { event: 'problem', connection, message: String(error), stack };
}

function exitNews({ connection, exit }: ManagerEvents['exit']): ManagerNews {
  const { incarnation, pid, phase, cause, code, signal, crash, detail, lastWords } = exit;
  const end = { incarnation, pid, phase, cause, code, signal, crash, detail, lastWords };
  return { event: 'exit', connection, ...end };
}

function statusNews({ connection, status, previous }: ManagerEvents['status']): ManagerNews {
  const { state, step, next, incarnation, pid, attempt, reason, nextRetryAt } = status;
  return {
    event: 'status',
    connection,
    state,
    previous: previous.state,
    step,
    next,
    incarnation,
    pid,
    attempt,
    reason,
    nextRetryAt: nextRetryAt === null ? null : new Date(nextRetryAt).toISOString(),
  };
}

/** What a module says of itself; its other messages are the app's business, and there is none here. */
function messageNews({
  connection,
  incarnation,
  name,
  payload,
}: ManagerEvents['message']): ManagerNews | null {
  const said = saidIn(name, payload);
  if (said === null) return null;
  const { level, message } = said;
  if (said.kind === 'log') return { event: 'log', connection, incarnation, level, message };
  return { event: 'moduleStatus', connection, incarnation, level: said.level, status: said.status, message };
}
