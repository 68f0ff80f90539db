import { after, beginning, happenings, type Happening, type Situation } from './model.ts';

/** What happens, one after the other, from the beginning on. */
export type Path = readonly Happening[];

/** No path is made longer than this, so that many can be taken at the same time, and a failure is easily read. */
const longest = 8;

/** Short paths that together take every transition between the words of the model, and then pairs of them, in which both change something, until there are so many paths. */
export function pathsOverTheModel(atLeast: number): Path[] {
  const singles = cover(1, Infinity);
  return [...singles, ...cover(2, atLeast - singles.length)];
}

/** Every transition between words that the model has. */
export function transitions(): string[] {
  const all = ways(beginning).flatMap(({ situation }) =>
    sequences(situation, 1).flatMap((path) => transitionsOf(path, situation)),
  );
  return [...new Set(all)].toSorted();
}

/** The transitions between words that a path takes. */
export function transitionsOf(path: Path, from = beginning): string[] {
  let situation = from;
  return path.map((happening) => {
    const { word } = situation;
    situation = after(situation, happening) as Situation;
    return `${word}: ${happening}, and it is ${situation.word}`;
  });
}

/** Takes every sequence of so many transitions, several in one path where they fit. */
function cover(size: number, atMost: number): Path[] {
  const taken = new Set<string>();
  const paths: Path[] = [];
  while (paths.length < atMost) {
    const path: Happening[] = [];
    for (let more = nextNew(path, size, taken); more !== null; more = nextNew(path, size, taken)) {
      path.push(...more);
      for (const each of windowsOf(path, size)) taken.add(each);
    }
    if (path.length === 0) break;
    paths.push(path);
  }
  return paths;
}

/** The shortest way on at whose end is a sequence that no path took yet, if the path doesn't become too long. */
function nextNew(path: Path, size: number, taken: ReadonlySet<string>): Path | null {
  const here = endOf(path);
  for (const { path: way, situation } of ways(here)) {
    const isTooLong = path.length > 0 && path.length + way.length + size > longest;
    if (isTooLong) continue;
    const more = candidates(situation, size).find(
      (each) => !taken.has(transitionsOf(each, situation).join('; ')),
    );
    if (more !== undefined) return [...way, ...more];
  }
  return null;
}

/** Alone, each transition counts; of sequences only those in which each step leads to another word. */
function candidates(situation: Situation, size: number): Path[] {
  const all = sequences(situation, size);
  return size === 1
    ? all
    : all.filter((path) => transitionsOf(path, situation).every((step) => !isLoop(step)));
}

function isLoop(step: string): boolean {
  const [, before, now] = /^(.+?): .+, and it is (.+)$/.exec(step) ?? [];
  return before === now;
}

interface Way {
  readonly path: Path;
  readonly situation: Situation;
}

const known = new Map<string, readonly Way[]>();

/** The shortest way to each situation, the nearest first. */
function ways(from: Situation): readonly Way[] {
  const key = JSON.stringify(from);
  const found = known.get(key) ?? search(from);
  known.set(key, found);
  return found;
}

function search(from: Situation): Way[] {
  const found = new Map<string, Way>([[JSON.stringify(from), { path: [], situation: from }]]);
  for (const { path, situation } of found.values()) {
    for (const happening of happenings) {
      const next = after(situation, happening);
      const key = JSON.stringify(next);
      if (next !== null && !found.has(key)) found.set(key, { path: [...path, happening], situation: next });
    }
  }
  return [...found.values()];
}

function sequences(situation: Situation, size: number): Path[] {
  if (size === 0) return [[]];
  return happenings.flatMap((happening) => {
    const next = after(situation, happening);
    return next === null ? [] : sequences(next, size - 1).map((more) => [happening, ...more]);
  });
}

function windowsOf(path: Path, size: number): string[] {
  const steps = transitionsOf(path);
  return steps.slice(size - 1).map((_, index) => steps.slice(index, index + size).join('; '));
}

function endOf(path: Path): Situation {
  return path.reduce((situation, happening) => after(situation, happening) as Situation, beginning);
}
