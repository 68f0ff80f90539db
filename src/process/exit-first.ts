import type { IncarnationNews } from './conversation.ts';
import { readProcess } from './process-table.ts';

type Report = (news: IncarnationNews) => void;

/**
 * Holds back that the channel closed while the kernel is ending the process: it closes the channel first, and the exit, which says more, is there a moment later. Told at once where the process
 * lives on, and where the kernel doesn't say (it does on Linux).
 */
export function exitFirst(pid: number, report: Report): Report {
  return (news) => {
    if (news.type !== 'channel.closed' || !isEnding(pid)) return report(news);
    setTimeout(() => report(news), patience).unref();
  };
}

function isEnding(pid: number): boolean {
  const row = readProcess(pid);
  // Its launcher reaps it before it tells of the exit.
  return row === undefined ? process.platform === 'linux' : row.isEnding;
}

/** Milliseconds. A debugger may keep the exit from us; else it takes less than one. */
const patience = 100;
