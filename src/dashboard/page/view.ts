import type { World } from './world.ts';

/** One of the pages. */
export interface View {
  readonly node: HTMLElement;
  /** What it is about, for the title while nobody knows whether the rest is true. */
  readonly name: string;
  /** What stands in the title of the window. */
  readonly title: string;
  /** Draws what changed of these connections. */
  update(ids: readonly string[]): void;
  /** A second went by. */
  tick(): void;
  /** Somebody pressed a key outside of a field; true if it meant something here. */
  onKey(key: string): boolean;
  /** Somebody came here, maybe from the page of a connection: takes the focus. */
  arrive(from: string | null): void;
}

/** What pages are made with. */
export interface Surroundings {
  readonly world: World;
  readonly token: string;
  readonly go: (path: string) => void;
  /** Where the overview is, as it was filtered last. */
  readonly overview: string;
}
