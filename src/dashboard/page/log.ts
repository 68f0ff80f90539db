import type { LogLine } from '../../history/record.ts';
import type { Numbered } from '../../history/ring.ts';
import { element, setText } from './element.ts';
import { panel, type Panel } from './panel.ts';
import { timeOfDay } from './words.ts';
import type { Watched } from './world.ts';

const mostShown = 1000;
/** Who is so near to the end wants to see what comes: pixels. */
const nearTheEnd = 40;

/** The tail of what the module writes and logs: it can be held still and filtered. */
export function createLog(): Panel {
  return new Log();
}

class Log implements Panel {
  readonly node: HTMLElement;
  readonly #search = element('input', {
    type: 'search',
    placeholder: 'Filter lines',
    'aria-label': 'Filter lines',
  });
  readonly #pause = element('button', { type: 'button', class: 'more', 'aria-pressed': 'false' }, 'Pause');
  readonly #note = element('span', { class: 'note-small', role: 'status' });
  readonly #tail = element('div', {
    class: 'tail',
    tabindex: '0',
    role: 'log',
    'aria-live': 'off',
    'aria-label': 'Output',
  });
  #all: readonly Numbered<LogLine>[] = [];
  #lost = 0;
  /** The number of the newest line that was drawn. */
  #drawn = 0;
  #isPaused = false;

  constructor() {
    const tools = element('div', { class: 'tools' }, this.#search, this.#pause, this.#note);
    this.node = panel('Output', 'log', tools, this.#tail);
    this.#search.addEventListener('input', () => this.#redraw());
    this.#pause.addEventListener('click', () => this.#hold(!this.#isPaused));
  }

  update({ log, lost }: Watched): void {
    if (log === this.#all) return;
    this.#all = log;
    this.#lost = lost;
    if (!this.#isPaused) this.#draw();
    this.#tell();
  }

  #hold(isPaused: boolean): void {
    this.#isPaused = isPaused;
    this.#pause.setAttribute('aria-pressed', String(isPaused));
    setText(this.#pause, isPaused ? 'Go on' : 'Pause');
    if (!isPaused) this.#draw();
    this.#tell();
  }

  /** Appends what is new; begins anew after another server began to count. */
  #draw(): void {
    const first = this.#all[0]?.seq ?? 0;
    const last = this.#all.at(-1)?.seq ?? 0;
    if (first > this.#drawn + 1 || last < this.#drawn) this.#redraw();
    else this.#append(this.#all.filter(({ seq }) => seq > this.#drawn));
  }

  #redraw(): void {
    this.#tail.replaceChildren();
    this.#append(this.#all);
    this.#tail.scrollTop = this.#tail.scrollHeight;
  }

  #append(lines: readonly Numbered<LogLine>[]): void {
    const tail = this.#tail;
    const isAtEnd = tail.scrollHeight - tail.scrollTop - tail.clientHeight < nearTheEnd;
    const wanted = this.#search.value.trim().toLowerCase();
    const now = Date.now();
    tail.append(...lines.filter((line) => fits(line, wanted)).map((line) => lineNode(line, now)));
    while (tail.childElementCount > mostShown) tail.firstElementChild?.remove();
    if (isAtEnd) tail.scrollTop = tail.scrollHeight;
    this.#drawn = this.#all.at(-1)?.seq ?? 0;
  }

  #tell(): void {
    const waiting = (this.#all.at(-1)?.seq ?? 0) - this.#drawn;
    const missing = this.#lost === 0 ? '' : `${this.#lost} older lines are not kept`;
    setText(this.#note, this.#isPaused ? `paused, ${waiting} new` : missing);
  }
}

function fits({ text, stream, level }: LogLine, wanted: string): boolean {
  return wanted === '' || `${level ?? stream} ${text}`.toLowerCase().includes(wanted);
}

function lineNode({ at, incarnation, stream, level, text }: LogLine, now: number): HTMLElement {
  return element(
    'div',
    { class: 'line', 'data-stream': stream, 'data-level': level ?? '' },
    element('time', {}, timeOfDay(at, now)),
    element('span', { class: 'run' }, `#${incarnation}`),
    element('span', { class: 'kind' }, level ?? stream),
    element('span', { class: 'text' }, text),
  );
}
