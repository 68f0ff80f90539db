import type { ExitRecord } from '../../index.ts';
import type { Life } from '../../history/record.ts';
import { arrange } from './arrange.ts';
import { element } from './element.ts';
import { panel, type Panel } from './panel.ts';
import { plain } from './plain.ts';
import { timeNode } from './time.ts';
import { duration } from './words.ts';

/** The last incarnations, each with how it ended and its last words; the last that ended is open. */
export function createLives(): Panel {
  const list = element('div', { class: 'lives' });
  const none = element('p', { class: 'none' }, 'There was no process yet.');
  const nodes = createNodes();
  let drawn: readonly Life[] | null = null;
  let newest = 0;
  return {
    node: panel('Incarnations', 'incarnations', list),
    update({ lives }, { now }) {
      if (lives === drawn) return;
      drawn = lives;
      const ended = lives.findLast(({ exit }) => exit !== null)?.incarnation ?? 0;
      // One that was closed here stays closed; the next that ends opens.
      const opens = ended > newest ? ended : null;
      newest = ended;
      const all = nodes(lives, now, opens).toReversed();
      arrange(list, all.length === 0 ? [none] : all);
    },
  };
}

/** Makes the node of each life once, so that somebody who reads one keeps it. */
function createNodes(): (lives: readonly Life[], now: number, opens: number | null) => HTMLElement[] {
  let known = new Map<string, HTMLElement>();
  return (lives, now, opens) => {
    const made = lives.map((life) => {
      const key = JSON.stringify(life);
      return [key, known.get(key) ?? lifeNode(life, now, life.incarnation === opens)] as const;
    });
    known = new Map(made);
    return made.map(([, node]) => node);
  };
}

function lifeNode(
  { incarnation, startedAt, readyAt, exit }: Life,
  now: number,
  isOpen: boolean,
): HTMLElement {
  const number = element('b', {}, `#${incarnation}`);
  const started = timeNode(startedAt, now);
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
  return element('pre', { tabindex: '0', role: 'region', 'aria-label': label }, plain(lastWords.join('\n')));
}
