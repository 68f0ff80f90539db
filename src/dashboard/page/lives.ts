import type { ExitRecord } from '../../index.ts';
import type { Life } from '../../history/record.ts';
import { element } from './element.ts';
import { panel, type Panel } from './panel.ts';
import { duration, timeOfDay } from './words.ts';

/** The last incarnations, each with how it ended and its last words; the last that ended is open. */
export function createLives(): Panel {
  const list = element('div', { class: 'lives' });
  let drawn: readonly Life[] = [];
  let newest = 0;
  return {
    node: panel('Incarnations', 'incarnations', list),
    update({ lives }, { now }) {
      if (lives === drawn) return;
      drawn = lives;
      const open = openOnes(list);
      const ended = lives.findLast(({ exit }) => exit !== null)?.incarnation ?? 0;
      // One that was closed here stays closed; the next that ends opens.
      if (ended > newest) open.add(ended);
      newest = ended;
      list.replaceChildren(
        ...lives.map((life) => lifeNode(life, now, open.has(life.incarnation))).toReversed(),
      );
      if (lives.length === 0)
        list.replaceChildren(element('p', { class: 'none' }, 'There was no process yet.'));
    },
  };
}

function openOnes(list: HTMLElement): Set<number> {
  const open = [...list.querySelectorAll<HTMLDetailsElement>('details[open]')];
  return new Set(open.map(({ dataset }) => Number(dataset['incarnation'])));
}

function lifeNode(
  { incarnation, startedAt, readyAt, exit }: Life,
  now: number,
  isOpen: boolean,
): HTMLElement {
  const number = element('b', {}, `#${incarnation}`);
  const started = element('span', { class: 'when' }, timeOfDay(startedAt, now));
  const ready = readyAt === null ? 'never ready' : `ready after ${readyAt - startedAt} ms`;
  if (exit === null)
    return element(
      'p',
      { class: 'life lives-now' },
      number,
      element('span', { class: 'end' }, `lives, ${ready}`),
      started,
    );
  const summary = element('summary', {}, number, element('span', { class: 'end' }, exit.detail), started);
  const facts = element(
    'p',
    { class: 'facts-line' },
    factsOf(exit, `${ready}, ran ${duration(exit.at - startedAt)}`),
  );
  const details = element(
    'details',
    { class: 'life', 'data-incarnation': String(incarnation), 'data-crash': String(exit.crash) },
    summary,
    facts,
    wordsOf(exit, incarnation),
  );
  details.open = isOpen;
  return details;
}

function factsOf({ phase, code, signal, cause, pid }: ExitRecord, ran: string): string {
  const end = signal === null ? `exit code ${code ?? 'unknown'}` : `signal ${signal}`;
  return `cause ${cause} · phase ${phase} · ${end} · ${ran}${pid === null ? '' : ` · pid ${pid}`}`;
}

function wordsOf({ lastWords }: ExitRecord, incarnation: number): HTMLElement {
  if (lastWords.length === 0) return element('p', { class: 'none' }, 'It wrote nothing.');
  const label = `Last words of incarnation ${incarnation}`;
  return element('pre', { tabindex: '0', role: 'region', 'aria-label': label }, lastWords.join('\n'));
}
