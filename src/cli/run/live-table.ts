import type { WriteStream } from 'node:tty';
import type { Manager } from '../../index.ts';
import { createBoard, type Board, type Row } from './board.ts';
import { fillIn } from './hint.ts';
import type { News, Tell } from './news.ts';
import { hasColours } from './paint.ts';
import type { Plan } from './run.ts';
import { keepProblems } from './problems.ts';
import { openScreen } from './screen.ts';
import { drawTable } from './table.ts';
import { sentence } from './sentences.ts';
import { duration } from './words.ts';

const frameInterval = 100;
const clockInterval = 1000;
const shownProblems = 2;

export interface LiveTable {
  readonly tell: Tell;
  /** Gives the terminal back, and leaves the last picture and all that went wrong in it. */
  end(): void;
}

/** Draws the table over the whole terminal: anew each second and when it is resized, and what changed at most ten times a second. */
export function createLiveTable(out: WriteStream, manager: Manager, plan: Plan): LiveTable {
  const board = createBoard(manager);
  const problems = keepProblems();
  const screen = openScreen(out, problems.all);
  const began = Date.now();
  let stopping = '';
  let last: Moment | null = null;
  let soon: NodeJS.Timeout | undefined;
  const picture = (moment: Moment, lines: number): string[] => {
    const hint = stopping === '' ? withPids(plan.hint, moment) : stopping;
    const notices = [...noticesOf(plan), ...problems.all.slice(-shownProblems)];
    const about = { title: plan.name, upFor: `up ${duration(moment.now - began)}`, deaths: 'DIED', hint };
    return drawTable({ ...moment, ...about, notices, ...looksOf(out), lines });
  };
  const draw = (anew = true): void => {
    clearTimeout(soon);
    soon = undefined;
    screen.show(picture(momentOf(board), out.rows), anew);
  };
  const clock = setInterval(draw, clockInterval);
  out.on('resize', draw);
  draw();
  return {
    tell(news) {
      board.take(news);
      if (isProblem(news)) problems.note(sentence(news));
      if (news.event === 'stopping') last ??= momentOf(board);
      if (news.event === 'stopping' || news.event === 'stopped') stopping = sentence(news);
      soon ??= setTimeout(() => draw(false), frameInterval);
    },
    end() {
      clearInterval(clock);
      clearTimeout(soon);
      problems.end();
      out.off('resize', draw);
      stopping += last === null ? '' : '; it was like this before:';
      screen.leave(picture(last ?? momentOf(board), out.rows - 1));
    },
  };
}

/** What it was like at a time; what happens then changes nothing in it. */
interface Moment {
  readonly rows: readonly Row[];
  readonly now: number;
}

function momentOf({ rows }: Board): Moment {
  return { rows: rows.map((row) => ({ ...row })), now: Date.now() };
}

function noticesOf({ dashboard, leftOut }: Plan): string[] {
  const left = leftOut.map(({ id, reason }) => `${id} is left out: ${reason}`);
  return dashboard === null ? left : [`dashboard: ${dashboard}`, ...left];
}

/** What concerns no connection has no row. */
function isProblem(news: News): boolean {
  return news.event === 'problem' && news.connection === null;
}

function looksOf(out: WriteStream): { columns: number; colours: boolean } {
  return { columns: out.columns, colours: hasColours(out) };
}

function withPids(hint: string, { rows }: Moment): string {
  const pids = rows.map(({ status }) => [status.id, status.pid] as const);
  return fillIn(hint, new Map(pids));
}
