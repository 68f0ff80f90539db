import type { ConnectionStatus, ExitRecord } from '../../index.ts';
import type { News } from './news.ts';
import { stateName, timeOfDay } from './words.ts';

type NewsOf<E extends News['event']> = Extract<News, { event: E }>;
type Sentences = { readonly [E in News['event']]: (news: NewsOf<E>) => string };

/** What one piece of news says, without the name of its connection. */
export function sentence(news: News): string {
  return (sentences[news.event] as (news: News) => string)(news);
}

/** What a module says of itself, its status only where that adds something. */
export function moduleStatus({ status, message }: { status: string; message: string }): string {
  return [status, message].filter((part) => part !== '').join(': ');
}

/** Why a connection isn't ready, with what its last process said of its end. */
export function whyNotReady({ state, reason, lastExit }: ConnectionStatus): string {
  const why = reason === null || reason === '' ? '' : ` (${reason})`;
  const words = lastExit === null ? null : lastWord(lastExit);
  return `${stateName(state)}${why}${words === null ? '' : `; its last words: ${words}`}`;
}

/** What Node prints after the message of an error. */
const belowAnError = /^\s+at |^Node\.js v|^[\s^{}[\]]*$/;

/** The line of output that says most about an end; null if there is none, or if somebody else killed the process. */
export function lastWord({ lastWords, signal }: Pick<ExitRecord, 'lastWords' | 'signal'>): string | null {
  if (signal === 'SIGKILL' || signal === 'SIGTERM') return null;
  return lastWords.findLast((line) => !belowAnError.test(line))?.trim() ?? null;
}

const sentences: Sentences = {
  started: ({ version, file, connections }) =>
    `greenroom ${version} runs ${file}: ${connections.join(', ') || 'no connections'}`,
  dashboard: ({ link }) => `dashboard: ${link}`,
  control: ({ url }) => `greenroom status and the like find it at ${url}`,
  leftOut: ({ reason }) => `left out: ${reason}`,
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
  configSaved: () => 'saved its config, which lasts until greenroom ends',
  problem: ({ message }) => `problem: ${message}`,
  ready: ({ connections, seconds }) => `all ready after ${seconds} s: ${connections.join(', ')}`,
  notReady: ({ reason }) => `not ready: ${reason}`,
  stopping: ({ why, force }) =>
    force ? `${why}: killing everything` : `${why}: stopping everything in order; a signal now kills at once`,
  waiting: ({ state, step, pid }) =>
    `still ${stateName(state)}${step === null ? '' : ` (${step})`}${pidText(pid)}`,
  stopped: () => 'everything is stopped',
};

function statusSentence(news: NewsOf<'status'>): string {
  const { state, step, next, incarnation, pid, reason, nextRetryAt } = news;
  const ending = step === null ? '' : ` (${step}${next === 'toRestart' ? ', to restart' : ''})`;
  const run = pid === null ? '' : `, run ${incarnation}${pidText(pid)}`;
  const retry = nextRetryAt === null ? '' : `, next start at ${timeOfDay(Date.parse(nextRetryAt))}`;
  return `${stateName(state)}${ending}${run}${reason === null ? '' : `: ${reason}`}${retry}`;
}

function pidText(pid: number | null): string {
  return pid === null ? '' : `, pid ${pid}`;
}
