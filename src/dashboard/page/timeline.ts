import type { Happening } from '../../history/record.ts';
import type { Numbered } from '../../history/ring.ts';
import { element, setText } from './element.ts';
import { panel, type Panel } from './panel.ts';
import { lasted, marks, stateName, timeOfDay } from './words.ts';

const fewest = 14;

/** What happened, the newest on top. */
export function createTimeline(): Panel {
  const list = element('ol', { class: 'timeline' });
  const more = element('button', { type: 'button', class: 'more' }, 'Show all that is remembered');
  let drawn = 0;
  let all: readonly Numbered<Happening>[] = [];
  let isAll = false;
  const draw = (now: number): void => {
    const shown = isAll ? all : all.slice(-fewest);
    list.replaceChildren(...shown.map((each, index) => lineOf(each, shown[index + 1], now)).toReversed());
    more.hidden = isAll || all.length <= fewest;
    setText(more, `Show all ${all.length} that are remembered`);
  };
  more.addEventListener('click', () => {
    isAll = true;
    draw(Date.now());
  });
  return {
    node: panel('What happened', 'happened', list, more),
    update({ timeline }, { now }) {
      const last = timeline.at(-1)?.seq ?? 0;
      if (last === drawn && timeline.length === all.length) return;
      drawn = last;
      all = timeline;
      draw(now);
    },
  };
}

function lineOf(happening: Happening, following: Happening | undefined, now: number): HTMLElement {
  const { at, kind, incarnation, health } = happening;
  const time = kind === 'state' && following !== undefined ? lasted(following.at - at) : '';
  return element(
    'li',
    { 'data-kind': kind, 'data-health': health },
    element('time', { datetime: new Date(at).toISOString() }, timeOfDay(at, now)),
    element(
      'span',
      { class: 'mark', 'aria-hidden': 'true' },
      kind === 'state' ? marks[health] : kindMarks[kind],
    ),
    element('span', { class: 'told' }, textOf(happening)),
    element('span', { class: 'run' }, incarnation === 0 ? '' : `#${incarnation}`),
    element('span', { class: 'lasted' }, time),
  );
}

const kindMarks = { exit: '■', order: '➤', rejected: '⊘' } as const;

function textOf({ kind, state, step, next, text }: Happening): string {
  if (kind === 'exit') return text;
  if (kind === 'order') return `order: ${text}`;
  if (kind === 'rejected') return `refused: ${text}`;
  const name = step === null ? stateName(state) : `${stateName(state)}: ${step}, ${stateName(next ?? '')}`;
  return text === '' ? name : `${name}: ${text}`;
}
