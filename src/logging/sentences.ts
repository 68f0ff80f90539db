import type { ManagerNews } from './news.ts';
import { stateName, timeOfDay } from './words.ts';

type NewsOf<E extends ManagerNews['event']> = Extract<ManagerNews, { event: E }>;

/** What each piece of news says to people, without the name of its connection. */
export const sentences: { readonly [E in ManagerNews['event']]: (news: NewsOf<E>) => string } = {
  status: statusSentence,
  exit: ({ incarnation, detail }) => `run ${incarnation} ended: ${detail}`,
  discarded: ({ name, reason, detail }) =>
    `${name} discarded as ${reason}${detail === null ? '' : ` (${detail})`}`,
  output: ({ stream, line }) => `${stream === 'stderr' ? '!' : '|'} ${line}`,
  outputDropped: ({ lines }) => `${lines} lines of output dropped: it writes too much`,
  overBudget: ({ budget, used, limit, putDown }) =>
    `uses ${Math.round(used)} ${budget === 'memory' ? 'MiB' : '% of a core'}, its limit is ${limit}${putDown ? '; it is put down' : ''}`,
  moduleStatus: (news) => `says ${moduleStatus(news)}`,
  log: ({ level, message }) => `${level}: ${message}`,
  configSaved: () => 'saved its config',
  problem: ({ message }) => `problem: ${message}`,
};

/** What one piece of news says. */
export function sentenceOf(news: ManagerNews): string {
  return (sentences[news.event] as (news: ManagerNews) => string)(news);
}

/** What a module says of itself, its status only where that adds something. */
export function moduleStatus({ status, message }: { status: string; message: string }): string {
  return [status, message].filter((part) => part !== '').join(': ');
}

/** The process of a connection, after a comma; empty without one. */
export function pidText(pid: number | null): string {
  return pid === null ? '' : `, pid ${pid}`;
}

function statusSentence(news: NewsOf<'status'>): string {
  const { state, step, next, incarnation, pid, reason, nextRetryAt } = news;
  const ending = step === null ? '' : ` (${step}${next === 'toRestart' ? ', to restart' : ''})`;
  const run = pid === null ? '' : `, run ${incarnation}${pidText(pid)}`;
  const retry = nextRetryAt === null ? '' : `, next start at ${timeOfDay(Date.parse(nextRetryAt))}`;
  return `${stateName(state)}${ending}${run}${reason === null ? '' : `: ${reason}`}${retry}`;
}
