import type { ConnectionStory } from '../../history/told.ts';
import { element } from './element.ts';
import { panel, type Panel } from './panel.ts';
import { cpuText } from './row.ts';
import { bytes, duration } from './words.ts';
import type { World } from './world.ts';

/** Numbers of the process, and what of its messages was not acted upon. */
export function createFacts(): Panel {
  const process = element('dl', { class: 'facts' });
  const discarded = element('dl', { class: 'facts' });
  const draw = (story: ConnectionStory, world: World): void => {
    fill(process, processFacts(story, world));
    fill(
      discarded,
      Object.entries(story.status.discarded).map(([reason, count]) => [reason, String(count)]),
    );
  };
  return {
    node: panel('Process', 'process-facts', process, element('h3', {}, 'Messages not acted upon'), discarded),
    update({ story }, world) {
      if (story !== null) draw(story, world);
    },
    tick(world) {
      if (world.watched.story !== null) draw(world.watched.story, world);
    },
  };
}

function processFacts(
  { status, upSince, restarts, calls }: ConnectionStory,
  { now, greeting }: World,
): [string, string][] {
  const { resources, spare } = status;
  return [
    ['pid', status.pid === null ? '–' : String(status.pid)],
    ['incarnation', status.incarnation === 0 ? '–' : `#${status.incarnation}`],
    ['up', upSince === null ? '–' : duration(now - upSince)],
    ['restarts within the hour', String(restarts)],
    ['failed in a row', String(status.attempt)],
    ['calls pending', String(calls.pendingCount)],
    ...(spare === null ? [] : [['waits to take over', spareText(spare, greeting)] as [string, string]]),
    ...(status.debugger === null ? [] : [['debugger', status.debugger] as [string, string]]),
    ...(resources === null
      ? []
      : [
          ['memory', bytes(resources.rss)] as [string, string],
          ['CPU', cpuText(resources.cpu)] as [string, string],
        ]),
  ];
}

/** Its memory is told every five seconds. */
function spareText(spare: number, greeting: World['greeting']): string {
  const rss = greeting?.spares.find(({ pid }) => pid === spare)?.rss ?? null;
  return rss === null ? `process ${spare}` : `process ${spare} · ${bytes(rss)}`;
}

/** Changes texts in place, so that what somebody marks to copy stays marked. */
function fill(list: HTMLElement, facts: readonly (readonly [string, string])[]): void {
  const names = [...list.children].map((row) => row.firstElementChild?.textContent);
  if (names.length !== facts.length || facts.some(([name], index) => name !== names[index]))
    list.replaceChildren(
      ...facts.map(([name]) => element('div', {}, element('dt', {}, name), element('dd'))),
    );
  for (const [index, [, value]] of facts.entries()) {
    const place = list.children[index]?.lastElementChild;
    if (place && place.textContent !== value) place.textContent = value;
  }
}
