import type { ConnectionStatus } from '../../index.ts';
import { ask, pathOf } from './api.ts';
import { element, setText } from './element.ts';
import type { Panel } from './panel.ts';
import type { Surroundings } from './view.ts';

interface Order {
  readonly name: 'restart' | 'enable' | 'disable' | 'remove';
  readonly text: string;
  /** What it does to this connection now, asked before it is done; null if it hurts nobody. */
  hurts(status: ConnectionStatus): string | null;
  isFor(status: ConnectionStatus): boolean;
}

const orders: readonly Order[] = [
  {
    name: 'restart',
    text: 'Restart',
    hurts: ({ alive }) =>
      alive
        ? 'Its process is stopped, and another is started as soon as it is gone. Calls in flight are lost.'
        : null,
    isFor: ({ wanted }) => wanted,
  },
  {
    name: 'enable',
    text: 'Enable',
    hurts: () => null,
    isFor: ({ wanted, state }) => !wanted || state === 'failed' || state === 'misconfigured',
  },
  {
    name: 'disable',
    text: 'Disable',
    hurts: () => 'Whatever runs is stopped, and nothing is started until somebody enables it.',
    isFor: ({ wanted }) => wanted,
  },
  {
    name: 'remove',
    text: 'Remove',
    hurts: () => 'It is stopped and forgotten. Only the app can add it again.',
    isFor: () => true,
  },
];

/** The buttons of a connection; what hurts is asked twice. */
export function createOrders({ token }: Surroundings, id: string): Panel {
  const said = element('p', { class: 'said', role: 'status' });
  const buttons = orders.map((order) => ({ order, button: button(order.text, `order ${order.name}`) }));
  const copy = button('Copy diagnosis', 'order');
  const node = element(
    'div',
    { class: 'orders', role: 'group', 'aria-label': 'Orders' },
    ...buttons.map((each) => each.button),
    copy,
    said,
  );
  let status: ConnectionStatus | null = null;
  const perform = async (work: () => Promise<string>): Promise<void> => {
    setText(said, '');
    setText(said, await work().catch((error: unknown) => `Refused: ${(error as Error).message}`));
  };
  for (const { order, button: own } of buttons) {
    own.addEventListener('click', () => {
      const harm = status === null ? null : order.hurts(status);
      const give = (): void => void perform(() => giveOrder(token, id, order));
      if (harm === null) give();
      else confirmFirst(node, `${order.text} ${id}?`, harm, order, give);
    });
  }
  // A button that is hidden would take the focus of the keyboard with it.
  const focusOne = (): void => (buttons.find((each) => !each.button.hidden)?.button ?? copy).focus();
  copy.addEventListener('click', () => void perform(() => copyDiagnosis(token, id)));
  return {
    node,
    update({ story }, { greeting }) {
      if (story === null) return;
      ({ status } = story);
      const focused = document.activeElement;
      for (const { order, button: own } of buttons)
        own.hidden = greeting?.orders === false || !order.isFor(story.status);
      if (buttons.some(({ button: own }) => own === focused && own.hidden)) focusOne();
    },
  };
}

/** Asks in a dialog; the focus returns to where it was. */
function confirmFirst(
  place: HTMLElement,
  question: string,
  harm: string,
  { name, text }: Order,
  onYes: () => void,
): void {
  const yes = button(text, `order ${name} sure`);
  const no = button('Cancel', 'order');
  const title = element('h2', { id: 'question' }, question);
  const dialog = element(
    'dialog',
    { 'aria-labelledby': 'question' },
    title,
    element('p', {}, harm),
    element('div', { class: 'choice' }, no, yes),
  );
  no.addEventListener('click', () => dialog.close());
  yes.addEventListener('click', () => {
    dialog.close();
    onYes();
  });
  dialog.addEventListener('close', () => dialog.remove());
  // Who keeps Enter pressed has answered nothing.
  dialog.addEventListener('keydown', (event) => {
    if (event.repeat) event.preventDefault();
  });
  place.append(dialog);
  dialog.showModal();
  // What can't be taken back isn't what Enter does.
  if (name === 'remove') no.focus();
  else yes.focus();
}

async function giveOrder(token: string, id: string, { name, text }: Order): Promise<string> {
  await ask(token, `${pathOf(id)}/${name}`, 'POST');
  return `${text}: ordered.`;
}

async function copyDiagnosis(token: string, id: string): Promise<string> {
  const text = await ask(token, `${pathOf(id)}/diagnosis`);
  await navigator.clipboard.writeText(text).catch(() => {
    throw new Error('The browser gave no access to the clipboard.');
  });
  return 'The diagnosis is in the clipboard.';
}

function button(text: string, name: string): HTMLButtonElement {
  return element('button', { type: 'button', class: name }, text);
}
