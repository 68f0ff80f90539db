import type { Health } from '../../history/health.ts';
import { announce, element, setAttribute, setText } from './element.ts';
import { Rows, type Filter } from './rows.ts';
import type { Surroundings, View } from './view.ts';
import { healthNames, marks } from './words.ts';
import { countByHealth, type World } from './world.ts';

const healths = ['down', 'troubled', 'changing', 'ok', 'off'] as const;

/** All connections, the worst first. */
export function createOverview({ world }: Surroundings): View {
  return new Overview(world);
}

class Overview implements View {
  readonly node: HTMLElement;
  readonly name = 'greenroom';
  title = this.name;
  readonly #world: World;
  readonly #rows: Rows;
  readonly #headline = element('h1', { class: 'headline', tabindex: '-1' });
  readonly #search = element('input', {
    type: 'search',
    placeholder: 'Search  /',
    'aria-label': 'Search connections',
  });
  readonly #empty = element('p', { class: 'note', hidden: '' });
  readonly #chips;
  #filter = filterInAddress();

  constructor(world: World) {
    this.#world = world;
    this.#rows = new Rows(world);
    this.#chips = createChips((health) => this.#choose(health));
    this.#search.value = this.#filter.text;
    this.#search.addEventListener('input', () =>
      this.#apply({ ...this.#filter, text: this.#search.value.trim() }),
    );
    const tools = element('div', { class: 'tools' }, this.#search, this.#chips.node);
    this.node = element(
      'section',
      { class: 'overview' },
      this.#headline,
      tools,
      heads(),
      this.#rows.list,
      this.#empty,
    );
    this.#rows.filter(this.#filter);
    this.update([...world.connections.keys()]);
  }

  update(ids: readonly string[]): void {
    this.#rows.update(ids);
    this.#summarise();
  }

  tick(): void {
    this.#rows.tick();
    // A task of its own: with 500 rows each of the two takes its time.
    setTimeout(() => this.#rows.order());
  }

  onKey(key: string): boolean {
    if (key === '/') this.#search.focus();
    else if (key === 'ArrowDown' || key === 'ArrowUp') this.#rows.focus(key === 'ArrowDown' ? 1 : -1);
    else return false;
    return true;
  }

  arrive(from: string | null): void {
    if (from === null || !this.#rows.focusOn(from)) this.#headline.focus({ preventScroll: true });
  }

  #choose(health: Health): void {
    this.#apply({ ...this.#filter, health: this.#filter.health === health ? null : health });
  }

  #apply(filter: Filter): void {
    this.#filter = filter;
    this.#rows.filter(filter);
    keepInAddress(filter);
    this.#summarise();
  }

  #summarise(): void {
    const { text, health } = headlineOf(this.#world);
    setText(this.#headline, text);
    setAttribute(this.#headline, 'data-health', health);
    if (this.#world.isComplete) announce(text);
    this.title = health === 'ok' ? this.name : `${marks[health]} ${text}`;
    this.#chips.show(this.#filter, this.#world);
    this.#empty.hidden = this.#rows.shown > 0 || !this.#world.isComplete;
    const isAny = this.#world.connections.size > 0;
    setText(this.#empty, isAny ? 'No connection fits the filter.' : 'There is no connection yet.');
  }
}

function heads(): HTMLElement {
  const names = ['', 'Connection', 'State', 'What and what next', 'Last hour', '', ''];
  return element(
    'div',
    { class: 'row heads', 'aria-hidden': 'true' },
    ...names.map((name) => element('span', {}, name)),
  );
}

function createChips(onChoose: (health: Health) => void) {
  const made = healths.map((health) => {
    const count = element('b');
    const button = element(
      'button',
      { type: 'button', class: 'chip', 'data-health': health },
      count,
      ` ${healthNames[health]}`,
    );
    button.addEventListener('click', () => onChoose(health));
    return { health, count, button };
  });
  return {
    node: element(
      'div',
      { class: 'chips', role: 'group', 'aria-label': 'Show only' },
      ...made.map(({ button }) => button),
    ),
    show(filter: Filter, world: World) {
      const counts = countByHealth(world.connections.values());
      for (const { health, count, button } of made) {
        setText(count, String(counts[health]));
        setAttribute(button, 'aria-pressed', String(filter.health === health));
        button.hidden = counts[health] === 0 && filter.health !== health;
      }
    },
  };
}

function headlineOf({ connections, isComplete }: World): { text: string; health: Health } {
  if (!isComplete) return { text: 'Asking…', health: 'off' };
  const counts = countByHealth(connections.values());
  const wanted = connections.size - counts.off;
  const health = worst.find((each) => counts[each] > 0) ?? 'off';
  return { text: texts[health](counts[health], wanted), health };
}

const worst = ['down', 'troubled', 'changing', 'ok'] as const;

const texts: Readonly<Record<Health, (count: number, wanted: number) => string>> = {
  down: (count, wanted) => `${count} of ${wanted} ${count === 1 ? 'is' : 'are'} down`,
  troubled: (count, wanted) => `${count} of ${wanted} ${count === 1 ? 'has' : 'have'} trouble`,
  changing: (count, wanted) => `${wanted - count} of ${wanted} ready, ${count} on the way`,
  ok: (_, wanted) => (wanted === 1 ? 'It is ready' : `All ${wanted} are ready`),
  off: () => 'Nothing is meant to run',
};

function filterInAddress(): Filter {
  const parameters = new URLSearchParams(location.search);
  const health = healths.find((each) => healthNames[each] === parameters.get('show')) ?? null;
  return { health, text: parameters.get('search') ?? '' };
}

function keepInAddress({ health, text }: Filter): void {
  const parameters = new URLSearchParams();
  if (health !== null) parameters.set('show', healthNames[health]);
  if (text !== '') parameters.set('search', text);
  const query = parameters.toString();
  history.replaceState(null, '', query === '' ? location.pathname : `?${query}`);
}
