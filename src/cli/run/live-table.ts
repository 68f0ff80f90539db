import type { WriteStream } from 'node:tty';
import { createLogUpdate } from 'log-update';
import type { Manager } from '../../index.ts';
import { createBoard, type Board } from './board.ts';
import { fillIn } from './hint.ts';
import type { Tell } from './news.ts';
import type { Plan } from './run.ts';
import { drawTable } from './table.ts';
import { sentence } from './sentences.ts';
import { duration } from './words.ts';

const frameInterval = 100;
const clockInterval = 1000;

export interface LiveTable {
  readonly tell: Tell;
  /** Leaves the last picture on the screen. */
  end(): void;
}

/** Draws the table anew on news, at most ten times a second, and each second. */
export function createLiveTable(out: WriteStream, manager: Manager, plan: Plan): LiveTable {
  const board = createBoard(manager);
  const show = createLogUpdate(out);
  const began = Date.now();
  const notices = [
    ...(plan.dashboard === null ? [] : [`dashboard: ${plan.dashboard}`]),
    ...plan.leftOut.map(({ id, reason }) => `${id} is left out: ${reason}`),
  ];
  let stopping = '';
  let soon: NodeJS.Timeout | undefined;
  const draw = (): void => {
    clearTimeout(soon);
    soon = undefined;
    const now = Date.now();
    const hint = stopping === '' ? withPids(plan.hint, board) : stopping;
    const frame = { rows: board.rows, now, colours: out.hasColors(), ...sizeOf(out) };
    show(drawTable({ ...frame, title: title(plan.name, board, now - began), hint, notices }));
  };
  const clock = setInterval(draw, clockInterval);
  out.on('resize', draw);
  draw();
  return {
    tell(news) {
      board.take(news);
      if (news.event === 'stopping' || news.event === 'stopped') stopping = sentence(news);
      soon ??= setTimeout(draw, frameInterval);
    },
    end() {
      clearInterval(clock);
      out.off('resize', draw);
      draw();
      show.done();
    },
  };
}

function sizeOf({ columns, rows }: WriteStream): { columns: number; lines: number } {
  return { columns: Math.max(20, columns), lines: Math.max(3, rows - 1) };
}

function title(name: string, { rows }: Board, upFor: number): string {
  const wanted = rows.filter(({ status }) => status.wanted);
  const ready = wanted.filter(({ status }) => status.state === 'ready');
  const alive = rows.filter((row) => row.status.alive);
  const count = wanted.length === 0 ? `${alive.length} alive` : `${ready.length} of ${wanted.length} ready`;
  return `greenroom · ${name} · ${count} · up ${duration(upFor)}`;
}

function withPids(hint: string, { rows }: Board): string {
  const pids = rows.map(({ status }) => [status.id, status.pid] as const);
  return fillIn(hint, new Map(pids));
}
