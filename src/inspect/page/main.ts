/** Embeds a viewer and hands it what the inspector sends: the viewer belongs to somebody else, and never learns the token. */
const { feed = '', viewer = '', greeting = '' } = document.body.dataset;
const frame = find('iframe');
const line = find('p');
const origin = new URL(viewer).origin;
const retryDelay = 1000;
let socket: WebSocket | null = null;

// A link with another token that is opened here changes nothing but the fragment.
addEventListener('hashchange', () => location.reload());
const known = knownToken();
if (known === null) say('lost', 'This page needs its token: open the link that the inspector gave.');
else listen(known);

/** The viewer says when it listens, and again when it was loaded anew: then it is shown everything from the beginning. */
function listen(token: string): void {
  addEventListener('message', ({ source, origin: from, data }: MessageEvent<unknown>) => {
    if (source !== frame.contentWindow || from !== origin || !isGreeting(data)) return;
    connect(token);
  });
  frame.src = viewer;
}

function connect(token: string): void {
  const asked = new URLSearchParams(location.search);
  asked.set('token', token);
  const former = socket;
  const opened = new WebSocket(`${location.origin.replace(/^http/, 'ws')}/${feed}?${asked.toString()}`);
  socket = opened;
  former?.close();
  opened.addEventListener('open', () => say('live', `Live · ${viewer}`));
  opened.addEventListener('message', ({ data }: MessageEvent<string>) => {
    if (socket === opened) frame.contentWindow?.postMessage(JSON.parse(data), origin);
  });
  opened.addEventListener('close', () => {
    if (socket !== opened) return;
    say('lost', 'The inspector does not answer: what is shown may be over. Trying again…');
    setTimeout(() => socket === opened && connect(token), retryDelay);
  });
}

/** The token from the link, which is then taken out of the address, or the one of before a reload. */
function knownToken(): string | null {
  const given = /^#token=([\w.~-]+)$/.exec(location.hash)?.[1];
  if (given === undefined) return sessionStorage.getItem('token');
  sessionStorage.setItem('token', given);
  history.replaceState(null, '', location.pathname + location.search);
  return given;
}

function isGreeting(data: unknown): boolean {
  return typeof data === 'object' && data !== null && 'type' in data && data.type === greeting;
}

function say(state: 'live' | 'lost', text: string): void {
  line.dataset['line'] = state;
  line.textContent = text;
}

function find<K extends keyof HTMLElementTagNameMap>(tag: K): HTMLElementTagNameMap[K] {
  const found = document.querySelector(tag);
  if (found === null) throw new Error(`index.html has no ${tag}.`);
  return found;
}
