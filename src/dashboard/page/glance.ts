import type { ConnectionStory } from '../../history/told.ts';
import { element, setAttribute, setText } from './element.ts';
import type { Panel } from './panel.ts';
import { drawStrip } from './strip.ts';
import { duration, marks, nextOf, stateName, timeOfDay, whyOf } from './words.ts';
import type { World } from './world.ts';

/** What is the matter, since when, why, and what happens next: in one glance. */
export function createGlance(id: string): Panel {
  const mark = element('span', { class: 'mark', 'aria-hidden': 'true' });
  const state = element('span', { class: 'state' });
  const label = element('span', { class: 'label' });
  const since = answer('Since');
  const why = answer('Why');
  const next = answer('What happens next');
  const strip = element('span', { class: 'strip', role: 'img' });
  const lastHour = answer('Last hour', strip);
  const answers = element('dl', { class: 'answers' }, since.node, why.node, next.node, lastHour.node);
  const heading = element('h1', { tabindex: '-1' }, mark, element('span', { class: 'name' }, id), ' ', state);
  const node = element('div', { class: 'glance' }, heading, label, answers);
  const tick = (story: ConnectionStory, now: number): void => {
    const { status } = story;
    setText(since.text, `${timeOfDay(status.since, now)}, for ${duration(now - status.since)}`);
    setText(next.text, nextOf(status, now) || restOf(story));
  };
  return {
    node,
    update({ story }, world) {
      if (story === null) return;
      const { status, health } = story;
      setAttribute(node, 'data-health', health);
      setText(mark, marks[health]);
      setText(state, stateName(status.state));
      setText(label, status.label === status.id ? '' : status.label);
      setText(why.term, health === 'ok' ? 'It says' : 'Why');
      setText(why.text, whyOf(story) || '–');
      setAttribute(why.text, 'title', whyOf(story));
      drawStrip(strip, story.lastHour);
      setText(lastHour.text, restartsText(story.restarts));
      tick(story, world.now);
    },
    tick({ watched, now }: World) {
      if (watched.story !== null) tick(watched.story, now);
    },
  };
}

/** What there is to say of one to which nothing is about to happen. */
function restOf({ status, health }: ConnectionStory): string {
  if (status.state !== 'ready') return '–';
  if (status.reason !== null) return 'nothing: it runs, and waits for another config';
  return health === 'ok' ? 'nothing: all is well' : 'nothing: it runs, and says that it has trouble';
}

function answer(question: string, ...before: readonly Node[]) {
  const term = element('dt', {}, question);
  const text = element('span');
  return { term, text, node: element('div', {}, term, element('dd', {}, ...before, text)) };
}

function restartsText(restarts: number): string {
  if (restarts === 0) return 'no restart';
  return restarts === 1 ? '1 restart' : `${restarts} restarts`;
}
