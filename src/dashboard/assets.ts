import { readdir, readFile } from 'node:fs/promises';
import type { Asset } from '../http/pages.ts';

const root = new URL('../../', import.meta.url);
const sources = new URL('src/dashboard/page/', root);
const scripts = new URL('dist/dashboard/page/', root);

/** The page, and its files by their paths. What isn't compiled is served as it is in the sources, which are part of the package. */
export async function readAssets(): Promise<ReadonlyMap<string, Asset>> {
  const names = (await readdir(scripts)).filter((name) => name.endsWith('.js'));
  const modules = names.map(async (name) => {
    const content = await readFile(new URL(name, scripts), 'utf8');
    return [`/assets/${name}`, { type: 'text/javascript', content }] as const;
  });
  const [page, chart, style, icon] = await Promise.all(
    ['index.html', 'chart.svg', 'style.css', 'icon.svg'].map((name) =>
      readFile(new URL(name, sources), 'utf8'),
    ),
  );
  return new Map([
    ...(await Promise.all(modules)),
    ['/', { type: 'text/html', content: String(page).replace('<!-- chart -->', () => String(chart)) }],
    ['/assets/style.css', { type: 'text/css', content: String(style) }],
    ['/assets/icon.svg', { type: 'image/svg+xml', content: String(icon) }],
  ]);
}

/** The page of a path: one page serves the overview and each connection. */
export function assetAt(assets: ReadonlyMap<string, Asset>, path: string): Asset | undefined {
  return assets.get(path.startsWith('/connections/') ? '/' : path);
}
