import {
  journeysOverPairs as overPairs,
  journeysOverTransitions as overTransitions,
  type Journey,
} from '../../../src/testing/paths/journeys.ts';
import type { Place, Way } from '../../../src/testing/paths/places.ts';

export type { Journey };

/** Journeys that together take every transition, less those reached already: each event in each state with each outcome it has there. */
export function journeysOverTransitions(places: readonly Place[], reached: Set<number>): Journey[] {
  return overTransitions(places, reached, isTheEnd);
}

/** Journeys that together take every transition right after every other one that it can follow. */
export function journeysOverPairs(places: readonly Place[]): Journey[] {
  return overPairs(places, isTheEnd);
}

/** An actor broke: whose process that was is killed by the manager, which isn't here. */
export function isTheEnd({ event }: Way): boolean {
  return event.endsWith(' breaks');
}
