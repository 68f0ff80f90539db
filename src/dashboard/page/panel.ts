import { element } from './element.ts';
import type { Watched, World } from './world.ts';

/** A part of the page of one connection. */
export interface Panel {
  readonly node: HTMLElement;
  /** Draws what is known now; called when something is new. */
  update(watched: Watched, world: World): void;
  /** A second went by. */
  tick?(world: World): void;
}

/** A part with a heading. */
export function panel(title: string, name: string, ...children: readonly (Node | string)[]): HTMLElement {
  const id = `panel-${name}`;
  return element(
    'section',
    { class: `panel ${name}`, 'aria-labelledby': id },
    element('h2', { id }, title),
    ...children,
  );
}
