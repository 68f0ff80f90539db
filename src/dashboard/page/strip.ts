import { setAttribute } from './element.ts';

/** How high each mark stands, so that it isn't told by colour alone, and what it is called. */
const looks = [
  { mark: 'o', colour: '--ok', height: 28, name: 'ready' },
  { mark: '-', colour: '--line', height: 28, name: 'off' },
  { mark: 'c', colour: '--changing', height: 55, name: 'changing' },
  { mark: 't', colour: '--troubled', height: 75, name: 'troubled' },
  { mark: 'd', colour: '--down', height: 100, name: 'down' },
] as const;

/** Draws the last hour into an element, as backgrounds: 500 strips are 500 elements. */
export function drawStrip(strip: HTMLElement, marks: string): void {
  if (strip.dataset['marks'] === marks) return;
  strip.dataset['marks'] = marks;
  const used = looks.filter(({ mark }) => marks.includes(mark));
  strip.style.backgroundImage = used
    .map(({ mark, colour }) => gradient(marks, mark, `var(${colour})`))
    .join(',');
  strip.style.backgroundSize = used.map(({ height }) => `100% ${height}%`).join(',');
  setAttribute(strip, 'aria-label', `Last hour: ${described(marks)}`);
}

/** Full colour where the mark is, nothing elsewhere. */
function gradient(marks: string, mark: string, colour: string): string {
  const stops: string[] = [];
  const share = 100 / marks.length;
  for (const run of marks.matchAll(new RegExp(`${mark}+`, 'g'))) {
    const [from, to] = [run.index * share, (run.index + run[0].length) * share].map(
      (at) => `${at.toFixed(2)}%`,
    );
    stops.push(`transparent ${from}, ${colour} ${from} ${to}, transparent ${to}`);
  }
  return `linear-gradient(90deg, ${stops.join(',')})`;
}

function described(marks: string): string {
  const counts = looks.map(({ mark, name }) => ({ name, count: marks.split(mark).length - 1 }));
  const known = counts.filter(({ count }) => count > 0);
  return known.map(({ name, count }) => `${name} in ${count} min`).join(', ') || 'nothing known';
}
