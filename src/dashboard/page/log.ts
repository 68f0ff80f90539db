import type { LogLine } from '../../history/record.ts';
import type { Numbered } from '../../history/ring.ts';
import { element, setText } from './element.ts';
import { panel, type Panel } from './panel.ts';
import { plain } from './plain.ts';
import { timeNode } from './time.ts';
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
  #all: Lines = [];
  /** What is shown while it is held still; null while it isn't. */
  #held: Lines | null = null;
  /** The newest line that was drawn. */
  #drawn: Numbered<LogLine> | null = null;
  #lost = 0;

  constructor() {
    const tools = element('div', { class: 'tools' }, this.#search, this.#pause, this.#note);
    this.node = panel('Output', 'log', tools, this.#tail);
    this.#search.addEventListener('input', () => {
      this.#redraw();
      this.#tell();
    });
    this.#pause.addEventListener('click', () => this.#hold(this.#held === null));
  }

  update({ log, lost }: Watched): void {
    if (log === this.#all) return;
    this.#all = log;
    this.#lost = lost;
    if (this.#held === null) this.#draw();
    this.#tell();
  }

  #hold(isHeld: boolean): void {
    this.#held = isHeld ? this.#all : null;
    this.#pause.setAttribute('aria-pressed', String(isHeld));
    setText(this.#pause, isHeld ? 'Go on' : 'Pause');
    if (!isHeld) this.#draw();
    this.#tell();
  }

  /** Appends what is new; begins anew where that can't be told, after another server began to count for instance. */
  #draw(): void {
    const fresh = newIn(this.#all, this.#drawn);
    if (fresh === null) this.#redraw();
    else this.#append(fresh);
  }

  #redraw(): void {
    this.#tail.replaceChildren();
    this.#append(this.#held ?? this.#all);
    this.#tail.scrollTop = this.#tail.scrollHeight;
  }

  #append(lines: Lines): void {
    const tail = this.#tail;
    const isAtEnd = tail.scrollHeight - tail.scrollTop - tail.clientHeight < nearTheEnd;
    const wanted = this.#wanted;
    const now = Date.now();
    tail.append(...lines.filter((line) => fits(line, wanted)).map((line) => lineNode(line, now)));
    while (tail.childElementCount > mostShown) tail.firstElementChild?.remove();
    if (isAtEnd) tail.scrollTop = tail.scrollHeight;
    this.#drawn = lines.at(-1) ?? this.#drawn;
  }

  get #wanted(): string {
    return this.#search.value.trim().toLowerCase();
  }

  #tell(): void {
    const shown = this.#held ?? this.#all;
    const waiting = (newIn(this.#all, this.#drawn) ?? this.#all).length;
    const texts = [
      this.#held === null ? '' : `paused, ${waiting} new`,
      this.#wanted === '' ? '' : `${this.#tail.childElementCount} of ${shown.length} lines`,
      this.#lost === 0 ? '' : `${this.#lost} older lines are not kept`,
    ];
    setText(this.#note, texts.filter((text) => text !== '').join(' · '));
  }
}

type Lines = readonly Numbered<LogLine>[];

/** The lines after one of them; null if it isn't among them. */
function newIn(lines: Lines, last: Numbered<LogLine> | null): Lines | null {
  if (last === null) return lines;
  const index = lines.findLastIndex(
    ({ seq, at, text }) => seq === last.seq && at === last.at && text === last.text,
  );
  return index === -1 ? null : lines.slice(index + 1);
}

function fits({ text, stream, level }: LogLine, wanted: string): boolean {
  return wanted === '' || `${level ?? stream} ${plain(text)}`.toLowerCase().includes(wanted);
}

function lineNode({ at, incarnation, stream, level, text }: LogLine, now: number): HTMLElement {
  return element(
    'div',
    { class: 'line', 'data-stream': stream, 'data-level': level ?? '' },
    timeNode(at, now),
    element('span', { class: 'run' }, `#${incarnation}`),
    element('span', { class: 'kind' }, level ?? stream),
    element('span', { class: 'text' }, plain(text)),
  );
}
