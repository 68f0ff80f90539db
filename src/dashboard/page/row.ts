import type { ConnectionSummary } from '../../history/told.ts';
import { pathOf } from './api.ts';
import { element, setAttribute, setText } from './element.ts';
import { drawStrip } from './strip.ts';
import { bytes, duration, marks, nextOf, stateName, timeOfDay, whyOf } from './words.ts';

/** One connection in the overview. */
export interface Row {
  readonly node: HTMLLIElement;
  readonly link: HTMLAnchorElement;
  summary: ConnectionSummary;
  update(summary: ConnectionSummary, now: number): void;
  /** Only what changes with time alone. */
  tick(now: number): void;
}

export function createRow(first: ConnectionSummary): Row {
  const cells = cellsOf();
  const link = element(
    'a',
    { class: 'row', href: pathOf(first.status.id), 'data-link': '' },
    ...arranged(cells),
  );
  const row: Row = {
    node: element('li', {}, link),
    link,
    summary: first,
    update(summary, now) {
      row.summary = summary;
      const { status, health } = summary;
      setAttribute(link, 'data-health', health);
      setText(cells.mark, marks[health]);
      setText(cells.name, status.id);
      setText(cells.label, status.label === status.id ? '' : status.label);
      setText(cells.state, stateName(status.state));
      setText(cells.why, whyOf(summary));
      setText(cells.restarts, restartsText(summary.restarts));
      setText(cells.process, processText(summary));
      drawStrip(cells.strip, summary.lastHour);
      row.tick(now);
    },
    tick(now) {
      const { status } = row.summary;
      setText(cells.since, `for ${duration(now - status.since)}`);
      setText(cells.next, nextText(row.summary, now));
      setAttribute(cells.since, 'title', `since ${timeOfDay(status.since, now)}`);
    },
  };
  return row;
}

function cellsOf() {
  return {
    mark: element('span', { class: 'mark', 'aria-hidden': 'true' }),
    name: cell('name'),
    label: cell('label'),
    state: cell('state'),
    since: cell('since'),
    why: cell('why'),
    next: cell('next'),
    strip: element('span', { class: 'strip', role: 'img' }),
    restarts: cell('restarts'),
    process: cell('process'),
  };
}

function cell(name: string): HTMLElement {
  return element('span', { class: name });
}

function arranged(cells: ReturnType<typeof cellsOf>): HTMLElement[] {
  const who = element('span', { class: 'who' }, cells.name, cells.label);
  const is = element('span', { class: 'is' }, cells.state, cells.since);
  const what = element('span', { class: 'what' }, cells.why, cells.next);
  return [cells.mark, who, is, what, cells.strip, cells.restarts, cells.process];
}

/** What happens next, or what happened lately to one that is well again. */
function nextText({ status, health }: ConnectionSummary, now: number): string {
  if (health !== 'ok' || status.lastExit === null) return nextOf(status, now);
  const ago = now - status.lastExit.at;
  return ago > 3_600_000 ? '' : `${duration(ago)} ago: ${status.lastExit.detail}`;
}

function restartsText(restarts: number): string {
  if (restarts === 0) return '';
  return restarts === 1 ? '1 restart' : `${restarts} restarts`;
}

function processText({ status }: ConnectionSummary): string {
  const { resources } = status;
  return resources === null ? '' : `${bytes(resources.rss)} · ${cpuText(resources.cpu)}`;
}

/** Per cent of one core; nothing after the first look. */
export function cpuText(percent: number | null): string {
  return percent === null ? '…' : `${percent.toFixed(percent < 10 ? 1 : 0)} %`;
}
