export { classicFeed } from './classic-feed.ts';
