import type { Health } from '../../history/health.ts';
import type { ConnectionSummary } from '../../history/told.ts';
import { arrange } from './arrange.ts';
import { element } from './element.ts';
import { createRow, type Row } from './row.ts';
import type { World } from './world.ts';

/** What is shown of all connections. */
export interface Filter {
  readonly health: Health | null;
  readonly text: string;
}

const worstFirst: readonly string[] = [
  'failed',
  'misconfigured',
  'puttingDown',
  'backingOff',
  'suspect',
  'stopping',
  'replacing',
  'queued',
  'preparing',
  'spawning',
  'registering',
  'takingOver',
  'initialising',
  'ready',
  'disabled',
  'removed',
];

const stillFor = 1000;
/** Rows that are moved in one task: with hundreds of them keys and pointer would be kept waiting. */
const mostMoves = 100;

/** The rows of the overview. */
export class Rows {
  readonly list = element('ul', { class: 'rows', 'aria-label': 'Connections, the worst first' });
  readonly #world: World;
  readonly #rows = new Map<string, Row>();
  #filter: Filter = { health: null, text: '' };
  #pointedAt = Number.NEGATIVE_INFINITY;

  constructor(world: World) {
    this.#world = world;
    this.list.addEventListener('pointermove', () => {
      this.#pointedAt = performance.now();
    });
  }

  /** How many are shown. */
  get shown(): number {
    return this.#visible().length;
  }

  update(ids: Iterable<string>): void {
    for (const id of ids) this.#refresh(id);
    if (this.list.childElementCount < this.#rows.size) this.order();
  }

  filter(filter: Filter): void {
    this.#filter = filter;
    for (const row of this.#rows.values()) this.#show(row);
  }

  /** The worst first; not while somebody points at one. */
  order(): void {
    const isNew = this.list.childElementCount < this.#rows.size;
    if (!isNew && performance.now() - this.#pointedAt < stillFor) return;
    const nodes = [...this.#rows.values()].toSorted(byBadness).map(({ node }) => node);
    if (!arrange(this.list, nodes, mostMoves)) setTimeout(() => this.order());
  }

  tick(): void {
    for (const row of this.#visible()) row.tick(this.#world.now);
  }

  /** Moves the focus by so many rows, or to the first. */
  focus(step: number): void {
    const links = [...this.list.querySelectorAll<HTMLElement>('li:not([hidden]) > a')];
    const now = links.indexOf(document.activeElement as HTMLElement);
    links[now === -1 ? 0 : Math.min(links.length - 1, Math.max(0, now + step))]?.focus();
  }

  /** Moves the focus to a connection; false if it isn't shown. */
  focusOn(id: string): boolean {
    const row = this.#rows.get(id);
    if (row === undefined || row.node.hidden) return false;
    row.link.focus();
    return true;
  }

  #refresh(id: string): void {
    const summary = this.#world.connections.get(id);
    const known = this.#rows.get(id);
    if (summary === undefined) {
      known?.node.remove();
      this.#rows.delete(id);
      return;
    }
    const row = known ?? createRow(summary);
    this.#rows.set(id, row);
    row.update(summary, this.#world.now);
    this.#show(row);
  }

  #show(row: Row): void {
    const isShown = fits(row.summary, this.#filter);
    if (row.node.hidden === isShown) row.node.hidden = !isShown;
  }

  #visible(): Row[] {
    return [...this.#rows.values()].filter(({ node }) => !node.hidden);
  }
}

function byBadness(a: Row, b: Row): number {
  return (
    rank(a.summary) - rank(b.summary) ||
    b.summary.restarts - a.summary.restarts ||
    (a.summary.status.id < b.summary.status.id ? -1 : 1)
  );
}

function rank({ status, health }: ConnectionSummary): number {
  if (status.step === 'stuck') return -1;
  const troubled = status.state === 'ready' && health === 'troubled' ? 7 : 0;
  const known = worstFirst.indexOf(status.state);
  // A newer server may know states that this page doesn't.
  return (known === -1 ? worstFirst.indexOf('initialising') : known) - troubled;
}

function fits({ status, health }: ConnectionSummary, filter: Filter): boolean {
  if (filter.health !== null && filter.health !== health) return false;
  const words = filter.text.toLowerCase().split(/\s+/);
  const text = `${status.id} ${status.label} ${status.state} ${status.reason ?? ''}`.toLowerCase();
  return words.every((word) => text.includes(word));
}
