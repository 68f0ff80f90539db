import { element, part, setAttribute, setText } from './element.ts';
import { createConnectionPage } from './connection-page.ts';
import { createOverview } from './overview.ts';
import { openStream, type Line, type Stream } from './stream.ts';
import { forgetToken, keepToken, knownToken } from './token.ts';
import type { View } from './view.ts';
import { duration } from './words.ts';
import { World } from './world.ts';

/** Connections that are drawn in one frame. */
const mostAtOnce = 100;

const world = new World();
let view: View | null = null;
let stream: Stream | null = null;
let line: Line = { state: 'connecting' };
const changed = new Set<string>();
let isDrawing = false;

const token = knownToken();
if (token === null) askForToken('Open the link that greenroom printed, or give its token.');
else start(token);

function start(own: string): void {
  show(own);
  addEventListener('popstate', () => show(own));
  document.addEventListener('click', (event) => follow(event, own));
  document.addEventListener('keydown', onKey);
  setInterval(() => {
    view?.tick();
    showLine();
  }, 1000);
}

/** Shows the page of the address. */
function show(own: string): void {
  const id = watchedInAddress();
  stream?.close();
  world.begin();
  const surroundings = { world, token: own, go: (path: string) => go(path, own) };
  view = id === null ? createOverview(surroundings) : createConnectionPage(surroundings, id);
  document.title = view.title;
  part('main').replaceChildren(view.node);
  const query = id === null ? '' : `?connection=${encodeURIComponent(id)}`;
  stream = openStream({
    address: `/api/v1/events${query}`,
    token: own,
    onEvent(name, data) {
      for (const each of world.take(name, data)) changed.add(each);
      drawSoon();
    },
    onLine: onLine,
  });
}

/** However many events come, a picture is drawn once; much at a time is drawn in several, so that keys and pointer are never kept waiting. */
function drawSoon(): void {
  if (isDrawing) return;
  isDrawing = true;
  requestAnimationFrame(() => {
    isDrawing = false;
    const ids = [...changed].slice(0, mostAtOnce);
    for (const id of ids) changed.delete(id);
    view?.update(ids);
    showLine();
    if (changed.size > 0) drawSoon();
  });
}

function onLine(now: Line): void {
  line = now;
  if (now.state === 'live') world.begin();
  else if (now.state === 'refused') {
    forgetToken();
    stream?.close();
    askForToken('The server has another token now. Open the link that it printed, or give its token.');
  } else if (now.state === 'unknown') {
    const id = watchedInAddress() ?? '';
    const back = element('a', { href: '/', 'data-link': '' }, 'All connections');
    part('main').replaceChildren(
      element('p', { class: 'note' }, `There is no connection "${id}" any more. `, back),
    );
  }
  showLine();
}

function showLine(): void {
  const node = part('link');
  setAttribute(node, 'data-line', line.state);
  setAttribute(document.documentElement, 'data-line', line.state);
  setText(node, lineText());
}

function lineText(): string {
  if (line.state === 'connecting') return 'connecting';
  if (line.state === 'refused') return 'not allowed in';
  if (line.state === 'unknown') return 'connected';
  if (line.state === 'live')
    return world.greeting?.state === 'stopping' ? 'live, everything is being stopped' : 'live';
  const ago = duration(Date.now() - line.since);
  return `Disconnected from the server ${ago} ago: what you see may not be true any more. Trying again.`;
}

function follow(event: MouseEvent, own: string): void {
  const link =
    event.target instanceof Element ? event.target.closest<HTMLAnchorElement>('a[data-link]') : null;
  if (link === null || event.metaKey || event.ctrlKey || event.shiftKey) return;
  event.preventDefault();
  go(link.getAttribute('href') ?? '/', own);
}

function go(path: string, own: string): void {
  history.pushState(null, '', path);
  show(own);
  scrollTo(0, 0);
  part('main').querySelector<HTMLElement>('h1')?.focus({ preventScroll: true });
}

function onKey(event: KeyboardEvent): void {
  const isInField =
    event.target instanceof Element && event.target.closest('input, textarea, dialog') !== null;
  if (isInField || event.ctrlKey || event.metaKey || event.altKey) return;
  if (view?.onKey(event.key) === true) event.preventDefault();
}

function watchedInAddress(): string | null {
  const id = /^\/connections\/([^/]+)$/.exec(location.pathname)?.[1];
  return id === undefined ? null : decodeURIComponent(id);
}

function askForToken(why: string): void {
  const field = element('input', {
    type: 'password',
    'aria-label': 'Token',
    autocomplete: 'off',
    required: '',
  });
  const button = element('button', { type: 'submit', class: 'order' }, 'Open');
  const form = element(
    'form',
    { class: 'token' },
    element('h1', {}, 'This dashboard needs its token'),
    element('p', {}, why),
    field,
    button,
  );
  form.addEventListener('submit', (event) => {
    event.preventDefault();
    keepToken(field.value.trim());
    location.reload();
  });
  part('main').replaceChildren(form);
  field.focus();
}
