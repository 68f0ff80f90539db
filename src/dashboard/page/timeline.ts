import type { Happening } from '../../history/record.ts';
import type { Numbered } from '../../history/ring.ts';
import { element, setText } from './element.ts';
import { panel, type Panel } from './panel.ts';
import { timeNode } from './time.ts';
import { lasted, marks, stateName } from './words.ts';

const fewest = 14;

/** What happened, the newest on top. */
export function createTimeline(): Panel {
  const list = element('ol', { class: 'timeline', tabindex: '-1' });
  const more = element('button', { type: 'button', class: 'more' }, 'Show all that is remembered');
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
    // The button that had it is gone.
    list.focus();
  });
  return {
    node: panel('What happened', 'happened', list, more),
    update({ timeline }, { now }) {
      if (timeline === all) return;
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
    timeNode(at, now),
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
