import type { Happening } from '../../history/record.ts';
import type { ConnectionStatus } from '../../index.ts';
import { element } from './element.ts';
import { panel, type Panel } from './panel.ts';

interface Box {
  readonly node: SVGElement;
  /** The states around it, the outermost first. */
  readonly within: readonly string[];
}

interface Arrow {
  readonly node: SVGElement;
  readonly from: string;
  readonly to: string;
}

/** How many of the last transitions are traced, the newest the strongest. */
const traced = 4;

/** The statechart of every connection, with this one's states lit. It was laid out when this package was built. */
export function createChart(): Panel {
  const template = document.querySelector<HTMLTemplateElement>('#chart');
  const picture = template?.content.querySelector('svg')?.cloneNode(true) as SVGElement;
  const boxes = new Map<string, Box>();
  for (const node of picture.querySelectorAll<SVGElement>('[data-state]'))
    boxes.set(node.dataset['state'] ?? '', { node, within: (node.dataset['within'] ?? '').split(' ') });
  const arrows = [...picture.querySelectorAll<SVGElement>('.arrow')].map((node): Arrow => {
    return { node, from: node.dataset['from'] ?? '', to: node.dataset['to'] ?? '' };
  });
  const frame = element(
    'div',
    { class: 'picture', tabindex: '0', role: 'group', 'aria-label': 'Statechart' },
    picture,
  );
  let lit = '';
  return {
    node: panel('Statechart', 'chart', frame),
    update({ story, timeline }) {
      if (story === null) return;
      const states = statesOf(story.status);
      light(boxes, states);
      if (states.join(' ') !== lit) bringIntoView(frame, boxes.get(states[0] ?? '')?.node);
      lit = states.join(' ');
      picture.setAttribute(
        'aria-label',
        `The statechart of a connection; it is in ${statesOf(story.status).join(' and ')}`,
      );
      trace(boxes, arrows, timeline.filter(({ kind }) => kind === 'state').slice(-traced - 1));
    },
  };
}

function statesOf({ state, step, next }: Pick<ConnectionStatus, 'state' | 'step' | 'next'>): string[] {
  return step === null || next === null ? [state] : [step, next];
}

/** Where the picture is wider than its frame; the page itself doesn't move. */
function bringIntoView(frame: HTMLElement, node: SVGElement | undefined): void {
  if (node === undefined || frame.scrollWidth <= frame.clientWidth) return;
  const [own, outer] = [node.getBoundingClientRect(), frame.getBoundingClientRect()];
  frame.scrollLeft += own.left + own.width / 2 - outer.left - outer.width / 2;
}

function light(boxes: ReadonlyMap<string, Box>, states: readonly string[]): void {
  const around = new Set(states.flatMap((state) => boxes.get(state)?.within ?? []));
  for (const [name, { node }] of boxes) {
    node.classList.toggle('is-lit', states.includes(name));
    node.classList.toggle('is-around', around.has(name));
    if (states.includes(name)) node.setAttribute('aria-current', 'true');
    else node.removeAttribute('aria-current');
  }
}

function trace(
  boxes: ReadonlyMap<string, Box>,
  arrows: readonly Arrow[],
  states: readonly Happening[],
): void {
  for (const { node } of arrows) node.removeAttribute('data-age');
  for (let index = 1; index < states.length; index++) {
    const [before, after] = [states[index - 1], states[index]];
    if (before === undefined || after === undefined) continue;
    const arrow = arrowBetween(boxes, arrows, placeOf(before), placeOf(after));
    arrow?.node.setAttribute('data-age', String(states.length - 1 - index));
  }
}

function placeOf({ state, step }: Happening): string {
  return step ?? state;
}

/** The arrow closest to both: several states may share one, which then begins or ends at a state around them. */
function arrowBetween(
  boxes: ReadonlyMap<string, Box>,
  arrows: readonly Arrow[],
  from: string,
  to: string,
): Arrow | undefined {
  const sources = [...(boxes.get(from)?.within ?? []), from];
  const targets = [...(boxes.get(to)?.within ?? []), to];
  const closeness = (arrow: Arrow): number => sources.indexOf(arrow.from) + targets.indexOf(arrow.to);
  const fitting = arrows.filter((arrow) => sources.includes(arrow.from) && targets.includes(arrow.to));
  return fitting.toSorted((a, b) => closeness(b) - closeness(a))[0];
}
