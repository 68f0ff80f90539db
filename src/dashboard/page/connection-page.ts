import { createCalls } from './calls.ts';
import { createChart } from './chart.ts';
import { element } from './element.ts';
import { createFacts } from './facts.ts';
import { createGlance } from './glance.ts';
import { createLives } from './lives.ts';
import { createLog } from './log.ts';
import { createOrders } from './orders.ts';
import type { Panel } from './panel.ts';
import { createTimeline } from './timeline.ts';
import type { Surroundings, View } from './view.ts';
import { marks, stateName } from './words.ts';

/** One connection: what it is like, what happened to it, and orders. */
export function createConnectionPage(surroundings: Surroundings, id: string): View {
  const { world, go } = surroundings;
  const top = [createGlance(id), createOrders(surroundings, id)];
  const left = [createChart(), createFacts(), createCalls()];
  const right = [createTimeline(), createLives()];
  const bottom = [createLog()];
  const panels = [...top, ...left, ...right, ...bottom];
  const back = element('nav', {}, element('a', { href: '/', 'data-link': '' }, '← All connections'));
  const columns = element('div', { class: 'panels' }, column(left), column(right));
  return {
    node: element('article', { class: 'connection' }, back, ...nodesOf(top), columns, ...nodesOf(bottom)),
    title: id,
    update() {
      const { watched } = world;
      if (watched.story === null) return;
      for (const panel of panels) panel.update(watched, world);
      const { status, health } = watched.story;
      document.title = `${marks[health]} ${id}: ${stateName(status.state)}`;
    },
    tick() {
      if (world.watched.story === null) return;
      for (const panel of panels) panel.tick?.(world);
    },
    onKey(key) {
      if (key !== 'Escape') return false;
      go('/');
      return true;
    },
  };
}

function column(panels: readonly Panel[]): HTMLElement {
  return element('div', { class: 'column' }, ...nodesOf(panels));
}

function nodesOf(panels: readonly Panel[]): HTMLElement[] {
  return panels.map(({ node }) => node);
}
