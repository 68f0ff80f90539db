import type { ConnectionStatus, ExitRecord } from '../../index.ts';
import { pidText, sentences as managerSentences } from '../../logging/sentences.ts';
import type { News } from './news.ts';
import { stateName } from './words.ts';

export { moduleStatus } from '../../logging/sentences.ts';

type NewsOf<E extends News['event']> = Extract<News, { event: E }>;
type Sentences = { readonly [E in News['event']]: (news: NewsOf<E>) => string };

/** What one piece of news says, without the name of its connection. */
export function sentence(news: News): string {
  return (sentences[news.event] as (news: News) => string)(news);
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
  ...managerSentences,
  started: ({ version, file, connections }) =>
    `greenroom ${version} runs ${file}: ${connections.join(', ') || 'no connections'}`,
  dashboard: ({ link }) => `dashboard: ${link}`,
  control: ({ url }) => `greenroom status and the like find it at ${url}`,
  leftOut: ({ reason }) => `left out: ${reason}`,
  configSaved: () => 'saved its config, which lasts until greenroom ends',
  ready: ({ connections, seconds }) => `all ready after ${seconds} s: ${connections.join(', ')}`,
  notReady: ({ reason }) => `not ready: ${reason}`,
  stopping: ({ why, force }) =>
    force ? `${why}: killing everything` : `${why}: stopping everything in order; a signal now kills at once`,
  waiting: ({ state, step, pid }) =>
    `still ${stateName(state)}${step === null ? '' : ` (${step})`}${pidText(pid)}`,
  linesLost: ({ lines }) => `${lines} lines are lost, since nobody read them`,
  stopped: () => 'everything is stopped',
};
