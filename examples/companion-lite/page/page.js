import { createCard } from './card.js';
import { attempt, element, onSubmit } from './form.js';

const [list, line, add, empty] = ['cards', 'line', 'add', 'empty'].map((id) => document.getElementById(id));
const cards = new Map();
const given = /^#token=(\w+)$/.exec(location.hash)?.[1];
if (given !== undefined) {
  sessionStorage.setItem('token', given);
  history.replaceState(null, '', location.pathname);
}
const headers = { authorization: `Bearer ${sessionStorage.getItem('token')}` };

async function order(name, body) {
  const response = await fetch(`/orders/${name}`, { method: 'POST', headers, body: JSON.stringify(body) });
  const answer = await response.json();
  if (!response.ok) throw new Error(answer.error);
  return answer;
}

const card = (id) => {
  if (!cards.has(id)) {
    cards.set(id, createCard(id, order));
    list.append(cards.get(id).root);
  }
  return cards.get(id);
};

/** What to do with each kind of news. */
const hear = {
  beginning({ ids }) {
    for (const id of cards.keys()) if (!ids.includes(id)) hear.removed({ id });
    empty.hidden = ids.length > 0;
  },
  modules(modules) {
    const chosen = add.module.value;
    const options = modules.map(({ id, name, version, problem }) => {
      const option = new Option(`${name} ${version}${problem ? ' (can’t be used)' : ''}`, id);
      return Object.assign(option, { disabled: problem !== null, title: problem ?? '' });
    });
    add.module.replaceChildren(...options);
    if (modules.some(({ id }) => id === chosen)) add.module.value = chosen;
  },
  removed({ id }) {
    cards.get(id)?.root.remove();
    cards.delete(id);
    empty.hidden = cards.size > 0;
  },
  connection(news) {
    card(news.id).connection(news);
    empty.hidden = true;
  },
  actions: (news) => card(news.id).actions(news),
  variables: (news) => card(news.id).variables(news),
  values: (news) => card(news.id).values(news),
};

const say = (state, words) => {
  document.body.dataset.line = state;
  line.textContent = words;
};

/** Reads news until the line breaks; false when the token is not the right one. */
async function read() {
  const response = await fetch('/news', { headers });
  if (response.status === 401) return false;
  const reader = response.body.pipeThrough(new TextDecoderStream()).getReader();
  let rest = '';
  for (;;) {
    const { done, value } = await reader.read();
    if (done) return true;
    const lines = (rest + value).split('\n');
    rest = lines.pop();
    for (const [name, news] of lines.map((text) => JSON.parse(text))) hear[name](news);
    say('live', 'live');
  }
}

onSubmit(add, async () => {
  const { module, label } = Object.fromEntries(new FormData(add));
  const added = await attempt(add.querySelector('output'), '', () => order('add', { module, label }));
  if (added === null) return;
  add.label.value = '';
  await card(added.id).openSettings();
});

while (await read().catch(() => true)) {
  if (document.body.dataset.line !== 'lost')
    say('lost', `The app is not there. What you see was true at ${new Date().toLocaleTimeString()}.`);
  await new Promise((resolve) => setTimeout(resolve, 500));
}
say('refused', 'Open the link that the app printed when it was started.');
list.replaceChildren();
add.replaceChildren(element('p', { textContent: 'This page needs the token of the app’s present start.' }));
