import type { CallRecord } from '../../history/calls.ts';
import type { ConnectionStory } from '../../history/told.ts';
import { element } from './element.ts';
import { panel, type Panel } from './panel.ts';
import { timeNode } from './time.ts';
import { duration } from './words.ts';

const shown = 20;

/** The calls between app and module, the newest on top. */
export function createCalls(): Panel {
  const body = element('tbody');
  const head = element(
    'thead',
    {},
    element(
      'tr',
      {},
      ...['call', 'at', 'took', 'outcome'].map((name) => element('th', { scope: 'col' }, name)),
    ),
  );
  const table = element('table', {}, head, body);
  const none = element('p', { class: 'none' }, 'No call was made since the dashboard was opened.');
  let drawn = '';
  const draw = ({ calls: { recent, pending } }: ConnectionStory, now: number): void => {
    const calls = [...recent, ...pending].slice(-shown).toReversed();
    const rows = calls.map((call) => ({ call, took: tookOf(call, now) }));
    const key = JSON.stringify(rows);
    none.hidden = calls.length > 0;
    table.hidden = calls.length === 0;
    if (key === drawn) return;
    drawn = key;
    body.replaceChildren(...rows.map(({ call, took }) => rowOf(call, took, now)));
  };
  return {
    node: panel('Calls', 'calls', table, none),
    update({ story }, { now }) {
      if (story !== null) draw(story, now);
    },
    tick({ watched, now }) {
      if (watched.story !== null) draw(watched.story, now);
    },
  };
}

function rowOf({ name, direction, at, outcome }: CallRecord, took: string, now: number): HTMLElement {
  const who = direction === 'out' ? '→' : '←';
  const cells = [
    element(
      'td',
      {
        class: 'call-name',
        title: direction === 'out' ? 'the app called the module' : 'the module called the app',
      },
      `${who} ${name}`,
    ),
    element('td', {}, timeNode(at, now)),
    element('td', { class: 'took' }, took),
    element('td', { class: 'outcome' }, outcome ?? 'pending'),
  ];
  const look = outcome === null ? 'changing' : outcome === 'ok' ? 'ok' : 'down';
  return element('tr', { 'data-health': look }, ...cells);
}

/** How long it took, or has taken so far. */
function tookOf({ at, milliseconds }: CallRecord, now: number): string {
  if (milliseconds === null) return `${duration(now - at)} …`;
  return milliseconds < 100 ? `${milliseconds.toFixed(1)} ms` : `${Math.round(milliseconds)} ms`;
}
