import type { Writable } from 'node:stream';
import { fillIn } from './hint.ts';
import type { News, Tell } from './news.ts';
import { patientWriter } from './patient-writer.ts';
import type { Plan } from './run.ts';
import { sentence } from './sentences.ts';
import { jsonLine, printable, printableLines, timeOfDay } from './words.ts';

/** Writes one JSON object per line and event. */
export function jsonLines(out: Writable): Tell {
  const write = patientWriter(out, (lines) => tell({ event: 'linesLost', lines }));
  const tell: Tell = (news) => write(`${jsonLine({ time: new Date().toISOString(), ...news })}\n`);
  return tell;
}

/** Writes one line per event, for people and for logs. */
export function plainLines(out: Writable, { ids, leftOut, hint }: Plan): Tell {
  const names = ['greenroom', ...ids, ...leftOut.map(({ id }) => id)];
  const width = Math.max(...names.map((name) => name.length));
  const write = patientWriter(out, (lines) => tell({ event: 'linesLost', lines }));
  const tell: Tell = (news) => {
    if (!isWorthALine(news)) return;
    const name = 'connection' in news ? (news.connection ?? '') : 'greenroom';
    write(`${timeOfDay(Date.now())} ${printable(name).padEnd(width)}  ${printable(sentence(news))}\n`);
    if (news.event === 'started' && hint !== '') write(`${printableLines(fillIn(hint))}\n`);
  };
  return tell;
}

/** The steps of an undisturbed start take a few milliseconds each and say nothing. */
function isWorthALine(news: News): boolean {
  if (news.event === 'control') return false;
  return news.event !== 'status' || !['preparing', 'queued', 'spawning', 'initialising'].includes(news.state);
}
