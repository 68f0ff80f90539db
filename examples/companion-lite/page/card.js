import { attempt, button, element, inputsOf, onSubmit } from './form.js';

/** What a connection's state means for people. */
const tones = { ready: 'ok', suspect: 'troubled', disabled: 'off' };
const down = new Set(['failed', 'misconfigured', 'backingOff']);

/** One connection on the page; its other functions take the news of the same name. */
export function createCard(id, order) {
  const [name, state, facts, why] = ['h2', 'p', 'p', 'p'].map((tag) => element(tag));
  const [settings, values, actions] = ['div', 'dl', 'div'].map((tag) => element(tag));
  const outcome = element('output');
  const cells = new Map();
  let isEnabled = true;
  state.className = 'state';
  state.setAttribute('role', 'status');
  facts.className = 'facts';
  why.className = 'why';
  actions.className = 'actions';

  const give = (what, more = {}) => attempt(outcome, '', () => order(what, { id, ...more }));
  const toggle = button('Disable', () => give('enable', { enabled: !isEnabled }));
  const remove = button('Remove', () => confirm(`Remove ${name.textContent}?`) && give('remove'));
  const restart = button('Restart', () => give('restart'));
  const root = element(
    'article',
    { className: 'card' },
    element('header', {}, name, state),
    facts,
    why,
    element(
      'div',
      { className: 'orders' },
      button('Settings', openSettings),
      restart,
      toggle,
      remove,
      outcome,
    ),
    settings,
    element('section', {}, element('h3', { textContent: 'Variables' }), values),
    element('section', {}, element('h3', { textContent: 'Actions' }), actions),
  );

  async function openSettings() {
    const told = await give('fields');
    if (told === null) return;
    const label = inputsOf([{ id: 'label', label: 'Name', type: 'text', isRequired: true, width: 12 }], told);
    const { elements, read } = inputsOf(told.fields, told.config, told.secrets);
    const said = element('output');
    const close = button('Close', () => form.remove());
    const orders = element(
      'div',
      { className: 'orders' },
      element('button', { textContent: 'Save' }),
      close,
      said,
    );
    const form = element('form', { className: 'settings' }, ...label.elements, ...elements, orders);
    onSubmit(form, async () => {
      const change = { id, ...read(), ...label.read().config };
      if ((await attempt(said, '', () => order('configure', change))) !== null) form.remove();
    });
    settings.replaceChildren(form);
  }

  const cell = (variable) => {
    if (!cells.has(variable)) cells.set(variable, element('dd', { textContent: '–' }));
    return cells.get(variable);
  };

  const formOf = ({ id: actionId, name: title, description, fields }) => {
    const { elements, read } = inputsOf(fields);
    const said = element('output');
    const press = element('button', { textContent: title, title: description ?? '' });
    const form = element('form', { className: 'action' }, ...elements, press, said);
    onSubmit(form, () =>
      attempt(said, 'done', () => order('press', { id, actionId, options: read().config })),
    );
    return form;
  };

  return {
    root,
    openSettings,
    connection({ label, module, state: is, incarnation, pid, why: reason, device }) {
      const isOk = is !== 'ready' || device === null || device.status === 'ok';
      root.dataset.tone = isOk ? (tones[is] ?? (down.has(is) ? 'down' : 'changing')) : 'troubled';
      root.dataset.state = is;
      root.dataset.pid = String(pid ?? '');
      name.textContent = label;
      state.textContent = [is, device?.status, device?.message].filter(Boolean).join(' · ');
      facts.textContent = `${module} · process ${incarnation}${pid === null ? '' : `, pid ${pid}`}`;
      why.textContent = reason;
      isEnabled = is !== 'disabled';
      toggle.textContent = isEnabled ? 'Disable' : 'Enable';
    },
    variables({ variables }) {
      values.replaceChildren(
        ...variables.map(({ id: variable, name: title }) =>
          element('div', {}, element('dt', { textContent: title, title: variable }), cell(variable)),
        ),
      );
    },
    values(news) {
      for (const [variable, value] of news.values)
        cell(variable).textContent =
          value === null || value === '' ? '–' : typeof value === 'string' ? value : JSON.stringify(value);
    },
    actions: (news) => actions.replaceChildren(...news.actions.map(formOf)),
  };
}
