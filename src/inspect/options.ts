import { serving, type ServingOptions, type Settled } from '../http/serving.ts';
import { GreenroomError } from '../index.ts';
import type { Feed } from './feed.ts';
import { statelyFeed } from './stately.ts';

/** What an inspector is made from; everything may be left out. The port is 4781 unless given. */
export interface InspectorOptions extends ServingOptions {
  /** The kinds of viewers that are fed. Default: the current Stately inspector, `statelyFeed()`. */
  readonly feeds?: readonly Feed[] | undefined;
  /** How much may wait for a viewer that doesn't read before it is dropped, in bytes; at least 65 536. Default 4 MiB. */
  readonly viewerBytes?: number | undefined;
}

/** @throws {GreenroomError} `OPTION_INVALID`. */
export function settled(options: InspectorOptions): Settled<InspectorOptions> {
  const defaults = { port: 4781, feeds: [statelyFeed()], viewerBytes: 4 * 1_048_576 };
  const all = serving<InspectorOptions>('Inspector', options, defaults);
  checkFeeds(all.feeds);
  if (!Number.isInteger(all.viewerBytes) || all.viewerBytes < 65_536)
    throw invalid('viewerBytes', 'a whole number of at least 65536', String(all.viewerBytes));
  return all;
}

function checkFeeds(feeds: readonly Feed[]): void {
  const names = feeds.map(({ name }) => name);
  if (names.length === 0 || new Set(names).size < names.length)
    throw invalid('feeds', 'at least one feed, each with a name of its own', `[${names.join(', ')}]`);
  for (const { name, viewer } of feeds) {
    if (!/^[a-z\d]+$/.test(name) || name === 'assets')
      throw invalid('the name of a feed', 'small letters and digits, and not "assets"', `"${name}"`);
    if (!URL.canParse(viewer) || !/^https?:$/.test(new URL(viewer).protocol))
      throw invalid(`the viewer of the feed "${name}"`, 'an address of http or https', `"${viewer}"`);
  }
}

function invalid(option: string, expected: string, came: string): GreenroomError {
  return new GreenroomError('OPTION_INVALID', `Inspector: ${option} must be ${expected}, but is ${came}.`);
}
