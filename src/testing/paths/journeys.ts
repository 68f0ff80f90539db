import type { Place, Way } from './places.ts';

/** A way through a machine from its beginning. */
export interface Journey {
  readonly from: Place;
  /** The names of the events that lead there. */
  readonly path: readonly string[];
  readonly ways: readonly Way[];
}

const longest = 200;

/** After this nothing can follow, whatever the machine says. */
export type IsTheEnd = (way: Way) => boolean;

/** Journeys that together take every transition, less those reached already: each event in each state with each outcome it has there. */
export function journeysOverTransitions(
  places: readonly Place[],
  reached: Set<number>,
  isTheEnd: IsTheEnd = never,
): Journey[] {
  return journeys(places, { reached, isTheEnd, goalOf: (_, way) => numberOf(way) });
}

/** Journeys that together take every transition right after every other one that it can follow. */
export function journeysOverPairs(places: readonly Place[], isTheEnd: IsTheEnd = never): Journey[] {
  const goalOf: Goal = (before, way) =>
    before === undefined || isTheEnd(before) ? undefined : numberOf(before) * 2 ** 20 + numberOf(way);
  return journeys(places, { reached: new Set(), isTheEnd, goalOf });
}

/** What makes two ways the same transition: the state, the event and what is taken, whatever the context. */
function transitionOf({ from, event, taken }: Way): string {
  const branches = taken.map((transition) => {
    const candidates = transition.source.transitions.get(transition.eventType) ?? [];
    return `${transition.source.id}[${candidates.indexOf(transition)}]`;
  });
  return `${JSON.stringify(from.state.snapshot.value)} ${event} ${branches.join('+')}`;
}

const never: IsTheEnd = () => false;

const numbers = new Map<string, number>();
const known = new WeakMap<Way, number>();

function numberOf(way: Way): number {
  const own = known.get(way);
  if (own !== undefined) return own;
  const transition = transitionOf(way);
  const number = numbers.get(transition) ?? numbers.size;
  numbers.set(transition, number);
  known.set(way, number);
  return number;
}

type Goal = (before: Way | undefined, way: Way) => number | undefined;

interface Aim {
  readonly reached: Set<number>;
  readonly isTheEnd: IsTheEnd;
  readonly goalOf: Goal;
}

function journeys(places: readonly Place[], { reached, isTheEnd, goalOf }: Aim): Journey[] {
  const found: Journey[] = [];
  const done = new Set<Way>();
  const isNew = (before: Way | undefined, way: Way): boolean => {
    const goal = goalOf(before, way);
    return goal !== undefined && !reached.has(goal);
  };
  // What leads to nothing new once never does again.
  const leadsOn = (way: Way): boolean => {
    if (done.has(way)) return false;
    const leads = !isTheEnd(way) && way.to.ways.some((next) => isNew(way, next));
    if (!leads) done.add(way);
    return leads;
  };
  const goOn = (ways: Way[]): void => {
    for (
      let last = ways.at(-1);
      last !== undefined && !isTheEnd(last) && ways.length < longest;
      last = ways.at(-1)
    ) {
      const before = last;
      const next = before.to.ways.find((way) => isNew(before, way)) ?? before.to.ways.find(leadsOn);
      if (next === undefined) return;
      reached.add(goalOf(before, next) ?? -1);
      ways.push(next);
    }
  };
  for (const place of places) {
    for (const way of place.ways) {
      while (isNew(undefined, way) || leadsOn(way)) {
        const ways = [way];
        reached.add(goalOf(undefined, way) ?? -1);
        goOn(ways);
        found.push({ from: place, path: place.path, ways });
      }
    }
  }
  return found;
}
