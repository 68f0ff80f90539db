import type { Writable } from 'node:stream';
import { fillIn } from './hint.ts';
import type { News, Tell } from './news.ts';
import type { Plan } from './run.ts';
import { sentence } from './sentences.ts';
import { jsonLine, printable, printableLines, timeOfDay } from './words.ts';

/** Writes one JSON object per line and event. */
export function jsonLines(out: Writable): Tell {
  return (news) => void out.write(`${jsonLine({ time: new Date().toISOString(), ...news })}\n`);
}

/** Writes one line per event, for people and for logs. */
export function plainLines(out: Writable, { ids, leftOut, hint }: Plan): Tell {
  const names = ['greenroom', ...ids, ...leftOut.map(({ id }) => id)];
  const width = Math.max(...names.map((name) => name.length));
  return (news) => {
    if (!isWorthALine(news)) return;
    const name = 'connection' in news ? (news.connection ?? '') : 'greenroom';
    out.write(`${timeOfDay(Date.now())} ${printable(name).padEnd(width)}  ${printable(sentence(news))}\n`);
    if (news.event === 'started' && hint !== '') out.write(`${printableLines(fillIn(hint))}\n`);
  };
}

/** The steps of an undisturbed start take a few milliseconds each and say nothing. */
function isWorthALine(news: News): boolean {
  if (news.event === 'control') return false;
  return news.event !== 'status' || !['preparing', 'queued', 'spawning', 'initialising'].includes(news.state);
}
