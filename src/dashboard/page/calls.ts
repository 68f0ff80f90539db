import type { CallRecord } from '../../history/calls.ts';
import { element } from './element.ts';
import { panel, type Panel } from './panel.ts';
import { timeOfDay } from './words.ts';

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
  return {
    node: panel('Calls', 'calls', table, none),
    update({ story }, { now }) {
      if (story === null) return;
      const calls = [...story.calls.recent, ...story.calls.pending].slice(-shown).toReversed();
      const key = JSON.stringify(calls);
      none.hidden = calls.length > 0;
      table.hidden = calls.length === 0;
      if (key === drawn) return;
      drawn = key;
      body.replaceChildren(...calls.map((call) => rowOf(call, now)));
    },
  };
}

function rowOf({ name, direction, at, milliseconds, outcome }: CallRecord, now: number): HTMLElement {
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
    element('td', {}, timeOfDay(at, now)),
    element('td', { class: 'took' }, milliseconds === null ? '…' : latency(milliseconds)),
    element('td', { class: 'outcome' }, outcome ?? 'pending'),
  ];
  const look = outcome === null ? 'changing' : outcome === 'ok' ? 'ok' : 'down';
  return element('tr', { 'data-health': look }, ...cells);
}

function latency(milliseconds: number): string {
  return milliseconds < 100 ? `${milliseconds.toFixed(1)} ms` : `${Math.round(milliseconds)} ms`;
}
