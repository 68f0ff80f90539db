export { createInspector, type FeedAddress, type Inspector } from './create-inspector.ts';
export type { Feed, SeenActor, SeenEvent, SeenSnapshot, Shown, Sight } from './feed.ts';
export type { InspectorOptions } from './options.ts';
export { statelyFeed } from './stately.ts';
