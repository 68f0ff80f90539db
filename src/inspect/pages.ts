import { readFile } from 'node:fs/promises';
import type { ServerResponse } from 'node:http';
import type { Access } from '../http/access.ts';
import { protect, type Asset } from '../http/pages.ts';
import type { Feed } from './feed.ts';

/** What browsers are served: for each feed a page that embeds its viewer. */
export interface Pages {
  /** The origins of the viewers, which pages may embed. */
  readonly viewers: ReadonlySet<string>;
  at(path: string): Asset | undefined;
}

const root = new URL('../../', import.meta.url);

/** Reads what the pages are made of. What isn't compiled is served as it is in the sources, which are part of the package. */
export async function readPages(feeds: readonly Feed[]): Promise<Pages> {
  const [page, style, script] = await Promise.all(
    ['src/inspect/page/index.html', 'src/inspect/page/style.css', 'dist/inspect/page/main.js'].map((path) =>
      readFile(new URL(path, root), 'utf8'),
    ),
  );
  const pages = feeds.map(
    (feed) => [`/${feed.name}`, { type: 'text/html', content: pageOf(String(page), feed) }] as const,
  );
  const assets = new Map<string, Asset>([
    ...pages,
    ['/assets/style.css', { type: 'text/css', content: String(style) }],
    ['/assets/main.js', { type: 'text/javascript', content: String(script) }],
  ]);
  const viewers = new Set(feeds.map(({ viewer }) => new URL(viewer).origin));
  return { viewers, at: (path) => (path === '/' ? pages[0]?.[1] : assets.get(path)) };
}

/** Lets a page embed the viewers and connect to this server, and nothing else. */
export function guardPage(response: ServerResponse, { hosts, origins }: Access, { viewers }: Pages): void {
  // Not every browser takes 'self' for WebSockets as well.
  const own = [...hosts].map((host) => `http://${host}`);
  const sockets = [...own, ...origins].map((origin) => origin.replace(/^http/, 'ws'));
  protect(response, `connect-src ${sockets.join(' ')}; frame-src ${[...viewers].join(' ')}`);
}

function pageOf(page: string, { name, viewer, greeting }: Feed): string {
  const values: Record<string, string> = { name, viewer: new URL(viewer).href, greeting };
  return page.replaceAll(/\{(name|viewer|greeting)\}/g, (_, key: string) => escaped(values[key] ?? ''));
}

function escaped(text: string): string {
  return text.replaceAll(/[&<>"]/g, (sign) => `&#${sign.codePointAt(0)};`);
}
