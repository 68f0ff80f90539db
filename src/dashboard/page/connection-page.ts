import type { ConnectionStory } from '../../history/told.ts';
import { createCalls } from './calls.ts';
import { createChart } from './chart.ts';
import { announce, element } from './element.ts';
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
  const { world, go, overview } = surroundings;
  const top = [createGlance(id), createOrders(surroundings, id)];
  const left = [createChart(), createFacts(), createCalls()];
  const right = [createTimeline(), createLives()];
  const bottom = [createLog()];
  const panels = [...top, ...left, ...right, ...bottom];
  const back = element('nav', {}, element('a', { href: overview, 'data-link': '' }, '← All connections'));
  const columns = element('div', { class: 'panels' }, column(left), column(right));
  const parts = [back, ...nodesOf(top), columns, ...nodesOf(bottom)];
  const node = element('article', { class: 'connection' }, ...parts);
  return {
    node,
    name: id,
    get title() {
      return titleOf(id, world.watched.story);
    },
    update() {
      const { watched } = world;
      if (watched.story === null) return;
      for (const panel of panels) panel.update(watched, world);
      announce(`${id}: ${stateName(watched.story.status.state)}`);
    },
    tick() {
      if (world.watched.story === null) return;
      for (const panel of panels) panel.tick?.(world);
    },
    onKey(key) {
      if (key !== 'Escape') return false;
      go(overview);
      return true;
    },
    arrive: () => node.querySelector<HTMLElement>('h1')?.focus({ preventScroll: true }),
  };
}

function titleOf(id: string, story: ConnectionStory | null): string {
  return story === null ? id : `${marks[story.health]} ${id}: ${stateName(story.status.state)}`;
}

function column(panels: readonly Panel[]): HTMLElement {
  return element('div', { class: 'column' }, ...nodesOf(panels));
}

function nodesOf(panels: readonly Panel[]): HTMLElement[] {
  return panels.map(({ node }) => node);
}
