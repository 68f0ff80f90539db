import { showLine, titleOf } from './bar.ts';
import { element, part } from './element.ts';
import { createConnectionPage } from './connection-page.ts';
import { createOverview } from './overview.ts';
import { openStream, type Line, type Stream } from './stream.ts';
import { createTimes } from './time.ts';
import { createTokenForm } from './token-form.ts';
import { followNewLinks, forgetToken, knownToken } from './token.ts';
import type { View } from './view.ts';
import { World } from './world.ts';

/** Connections that are drawn in one frame. */
const mostAtOnce = 100;

const world = new World();
const renewTimes = createTimes();
const changed = new Set<string>();
let view: View | null = null;
/** The connection whose page it is; null for the overview. */
let watched: string | null = null;
let overview = '/';
let stream: Stream | null = null;
let line: Line = { state: 'connecting' };
let isDrawing = false;

followNewLinks();
const token = knownToken();
if (token === null) askForToken('Open the link that greenroom printed, or give its token.');
else start(token);

function start(own: string): void {
  show(own);
  addEventListener('popstate', () => arrive(own));
  document.addEventListener('click', (event) => follow(event, own));
  document.addEventListener('keydown', onKey);
  setInterval(() => {
    view?.tick();
    renewTimes(world.now);
    showAll();
  }, 1000);
}

/** Shows the page of the address. */
function show(own: string): void {
  watched = watchedInAddress();
  stream?.close();
  world.begin();
  const surroundings = { world, token: own, overview, go: (path: string) => go(path, own) };
  view = watched === null ? createOverview(surroundings) : createConnectionPage(surroundings, watched);
  part('main').replaceChildren(view.node);
  const query = watched === null ? '' : `?connection=${encodeURIComponent(watched)}`;
  stream = openStream({
    address: `/api/v1/events${query}`,
    token: own,
    onEvent(name, data) {
      for (const each of world.take(name, data)) changed.add(each);
      drawSoon();
    },
    onLine,
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
    showWhetherThere(watched === null || !world.isComplete || world.connections.has(watched));
    view?.update(ids);
    showAll();
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
  } else if (now.state === 'unknown') showWhetherThere(false);
  showAll();
}

function showAll(): void {
  if (view === null) return;
  showLine(line, world);
  document.title = titleOf(line, view);
}

/** A connection may have been removed, and may come back: after a restart of the app, which adds one after the other. */
function showWhetherThere(isThere: boolean): void {
  if (view === null || line.state === 'refused') return;
  if (isThere) {
    if (!view.node.isConnected) part('main').replaceChildren(view.node);
  } else if (view.node.isConnected) {
    world.begin();
    const back = element('a', { href: overview, 'data-link': '' }, 'All connections');
    const text = `There is no connection "${watched}" any more. `;
    part('main').replaceChildren(element('p', { class: 'note', role: 'status' }, text, back));
  }
}

function follow(event: MouseEvent, own: string): void {
  const link =
    event.target instanceof Element ? event.target.closest<HTMLAnchorElement>('a[data-link]') : null;
  if (link === null || event.metaKey || event.ctrlKey || event.shiftKey) return;
  event.preventDefault();
  go(link.getAttribute('href') ?? '/', own);
}

function go(path: string, own: string): void {
  if (watched === null) overview = location.pathname + location.search;
  history.pushState(null, '', path);
  scrollTo(0, 0);
  arrive(own);
}

function arrive(own: string): void {
  const from = watched;
  show(own);
  view?.arrive(from);
}

function onKey(event: KeyboardEvent): void {
  const isInField =
    event.target instanceof Element && event.target.closest('input, textarea, dialog') !== null;
  if (isInField || event.ctrlKey || event.metaKey || event.altKey) return;
  if (view?.onKey(event.key) === true) event.preventDefault();
}

function watchedInAddress(): string | null {
  const id = /^\/connections\/([^/]+)$/.exec(location.pathname)?.[1];
  if (id === undefined) return null;
  try {
    return decodeURIComponent(id);
  } catch {
    return id;
  }
}

function askForToken(why: string): void {
  const form = createTokenForm(why, (given) => {
    location.hash = `token=${given}`;
  });
  part('main').replaceChildren(form);
  form.querySelector('input')?.focus();
}
