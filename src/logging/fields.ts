import type { LogFields } from './logger.ts';
import type { ManagerNews } from './news.ts';
import { struckOut } from './struck-out.ts';

const shownLastWords = 5;

/**
 * The fields of a line. What belongs to the event stands under its name, since `level`, `name` and `pid` would mean other things to most loggers; what is in the message already is
 * left out, and so are all but the last five of the last words.
 */
export function fieldsOf(
  news: ManagerNews,
  known: { readonly state: string; readonly incarnation: number },
  redact: (text: string) => string,
): LogFields {
  const { event, connection, ...rest } = news;
  const own: Record<string, unknown> = { ...rest };
  // What it tells of may be an earlier process than the present one.
  const { incarnation = known.incarnation, lastWords } = own;
  for (const name of ['incarnation', 'state', 'line', 'message']) delete own[name];
  if (Array.isArray(lastWords)) own['lastWords'] = lastWords.slice(-shownLastWords);
  return {
    connection,
    incarnation: incarnation as number,
    state: known.state,
    event,
    ...(Object.keys(own).length === 0 ? {} : { [event]: struckOut(own, redact) }),
  };
}
