import type { World } from './world.ts';

/** One of the pages. */
export interface View {
  readonly node: HTMLElement;
  readonly title: string;
  /** Draws what changed of these connections. */
  update(ids: readonly string[]): void;
  /** A second went by. */
  tick(): void;
  /** Somebody pressed a key outside of a field; true if it meant something here. */
  onKey(key: string): boolean;
}

/** What pages are made with. */
export interface Surroundings {
  readonly world: World;
  readonly token: string;
  readonly go: (path: string) => void;
}
