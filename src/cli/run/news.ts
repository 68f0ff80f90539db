import { saidIn, type SaidLevel } from '../../history/said.ts';
import type { ConnectionState, ExitRecord, Manager, ManagerEvents } from '../../index.ts';

/** All that `run` has to tell. These are the objects of `--json`: `docs/cli.md` promises their keys. */
export type News =
  | {
      readonly event: 'started';
      readonly version: string;
      readonly file: string;
      readonly pid: number;
      readonly connections: readonly string[];
    }
  | { readonly event: 'dashboard'; readonly link: string }
  | { readonly event: 'control'; readonly url: string; readonly file: string }
  | { readonly event: 'leftOut'; readonly connection: string; readonly reason: string }
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
  | { readonly event: 'problem'; readonly connection: string | null; readonly message: string }
  | { readonly event: 'ready'; readonly connections: readonly string[]; readonly seconds: number }
  | { readonly event: 'notReady'; readonly connection: string; readonly reason: string }
  | { readonly event: 'stopping'; readonly why: string; readonly force: boolean }
  | {
      readonly event: 'waiting';
      readonly connection: string;
      readonly state: ConnectionState;
      readonly step: string | null;
      readonly pid: number | null;
    }
  | { readonly event: 'stopped'; readonly exitCode: number };

export type Tell = (news: News) => void;

/** Tells everything a manager has to say, as it happens. */
export function tellEvents(manager: Manager, tell: Tell): void {
  manager.on('status', (event) => tell(statusNews(event)));
  manager.on('exit', (event) => tell(exitNews(event)));
  manager.on('discarded', (event) => tell({ event: 'discarded', ...event }));
  manager.on('output', (event) => tell({ event: 'output', ...event }));
  manager.on('outputDropped', (event) => tell({ event: 'outputDropped', ...event }));
  manager.on('overBudget', (event) => tell({ event: 'overBudget', ...event }));
  manager.on('configSaved', ({ connection }) => tell({ event: 'configSaved', connection }));
  manager.on('problem', ({ connection, error }) =>
    tell({ event: 'problem', connection, message: String(error) }),
  );
  manager.on('message', (event) => {
    const news = messageNews(event);
    if (news !== null) tell(news);
  });
}

function exitNews({ connection, exit }: ManagerEvents['exit']): News {
  const { incarnation, pid, phase, cause, code, signal, crash, detail, lastWords } = exit;
  const end = { incarnation, pid, phase, cause, code, signal, crash, detail, lastWords };
  return { event: 'exit', connection, ...end };
}

function statusNews({ connection, status, previous }: ManagerEvents['status']): News {
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
function messageNews({ connection, incarnation, name, payload }: ManagerEvents['message']): News | null {
  const said = saidIn(name, payload);
  if (said === null) return null;
  const { level, message } = said;
  if (said.kind === 'log') return { event: 'log', connection, incarnation, level, message };
  return { event: 'moduleStatus', connection, incarnation, level: said.level, status: said.status, message };
}
