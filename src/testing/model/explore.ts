import { Column } from './column.ts';
import { remembered } from './intern.ts';
import type { Limits, Model, Situation } from './model.ts';
import { isPossible } from './moves.ts';
import type { Problem } from './pure-actor.ts';
import type { Story, StoryStep } from './report.ts';
import { Situations } from './situations.ts';

/** Something wrong, and the configuration from which one more step leads there. */
export interface Finding extends Problem {
  readonly story: Story;
}

/** What is reachable: every configuration is one situation for each actor, numbered in the order of their distance from the beginning. */
export interface Space {
  readonly configurations: number;
  readonly transitions: number;
  readonly closed: boolean;
  /** The first of each invariant. */
  readonly findings: readonly Finding[];
  at(configuration: number): readonly Situation[];
  storyOf(configuration: number): Story;
  /** Edges between different configurations that some goal may use: from, to, and a bit for each goal that may. */
  readonly edges: { readonly from: Column; readonly to: Column; readonly goals: Column };
}

const movesAtMost = 1024;
const none: readonly Problem[] = [];

/** Explores a model breadth first, so that every story is the shortest. */
export function explore(model: Model, { configurations: most = 2_000_000 }: Limits): Space {
  const search = new Search(model);
  search.begin();
  let next = 0;
  for (; next < search.configurations && search.configurations <= most; next += 1) search.expand(next);
  search.closed = next === search.configurations;
  return search;
}

class Search implements Space {
  closed = false;
  transitions = 0;
  readonly edges = { from: new Column(), to: new Column(), goals: new Column() };
  readonly #model: Model;
  readonly #situations: Situations;
  readonly #actors: number;
  readonly #numbers = new Map<number | string, number>();
  readonly #parts: Column[];
  readonly #parents = new Column();
  readonly #via = new Column();
  readonly #findings = new Map<string, Finding>();
  readonly #take;
  readonly #goalsOf = new Map<number, number>();

  constructor(model: Model) {
    this.#model = model;
    this.#situations = new Situations(model);
    this.#actors = model.actors?.length ?? 1;
    this.#parts = Array.from({ length: this.#actors }, () => new Column());
    const take = (key: number) => this.#situations.take(Math.floor(key / movesAtMost), key % movesAtMost);
    // With one actor, every situation is met once.
    this.#take = this.#actors === 1 ? take : remembered(4_000_000, take);
  }

  get configurations(): number {
    return this.#parents.length;
  }

  get findings(): readonly Finding[] {
    return [...this.#findings.values()];
  }

  at(configuration: number): readonly Situation[] {
    return this.#parts.map((part) => this.#situations.at(part.at(configuration)));
  }

  storyOf(configuration: number): Story {
    const steps: StoryStep[] = [];
    for (let each = configuration; this.#parents.at(each) >= 0; each = this.#parents.at(each)) {
      steps.unshift(this.#stepOf(this.#via.at(each)));
    }
    return steps;
  }

  begin(): void {
    const { to, problems } = this.#situations.begin();
    for (const problem of problems) this.#findings.set(problem.invariant, { ...problem, story: [] });
    if (problems.length === 0) this.#reach(Array.from({ length: this.#actors }, () => to), -1, -1);
  }

  /** Takes every move that is possible in a configuration. */
  expand(configuration: number): void {
    const situations = this.at(configuration);
    const firstEdge = this.edges.from.length;
    for (const [actor, situation] of situations.entries()) {
      const others = this.#actors === 1 ? noOthers : situations.filter((_, index) => index !== actor);
      for (let move = 0; move < this.#situations.moves.own; move += 1) {
        if (isPossible(this.#situations.moves.at(move), situation, others)) {
          this.#go(configuration, actor, move, firstEdge);
        }
      }
      if (situation.snapshot.status !== 'active') continue;
      const part = this.#parts[actor]?.at(configuration) ?? 0;
      for (const move of this.#situations.timerMoves(part)) this.#go(configuration, actor, move, firstEdge);
    }
  }

  #go(configuration: number, actor: number, move: number, firstEdge: number): void {
    const parts = this.#parts.map((part) => part.at(configuration));
    const { to, problems } = this.#take((parts[actor] ?? 0) * movesAtMost + move);
    const via = actor * movesAtMost + move;
    this.transitions += 1;
    if (problems.length > 0) {
      this.#find(problems, configuration, via);
      return;
    }
    parts[actor] = to;
    const reached = this.#reach(parts, configuration, via);
    if (reached !== configuration && reached >= 0) this.#link(configuration, reached, via, firstEdge);
  }

  /** The number of a configuration, or -1 if something is wrong with it. */
  #reach(parts: readonly number[], parent: number, via: number): number {
    const key = keyOf(parts);
    const known = this.#numbers.get(key);
    if (known !== undefined) return known;
    const problems = this.#problemsTogether(parts);
    if (problems.length > 0) {
      this.#find(problems, parent, via);
      return -1;
    }
    const number = this.configurations;
    this.#numbers.set(key, number);
    for (const [actor, part] of parts.entries()) this.#parts[actor]?.push(part);
    this.#parents.push(parent);
    this.#via.push(via);
    return number;
  }

  #problemsTogether(parts: readonly number[]): readonly Problem[] {
    if (this.#actors === 1) return none;
    const situations = parts.map((part) => this.#situations.at(part));
    return (this.#model.invariants ?? []).flatMap(({ name, together }) => {
      const detail = together?.(situations);
      return detail === undefined ? [] : [{ invariant: name, detail }];
    });
  }

  #find(problems: readonly Problem[], configuration: number, via: number): void {
    for (const problem of problems) {
      if (this.#findings.has(problem.invariant)) continue;
      const story = via < 0 ? [] : [...this.storyOf(configuration), this.#stepOf(via)];
      this.#findings.set(problem.invariant, { ...problem, story });
    }
  }

  /** Several moves between the same two are one edge. */
  #link(from: number, to: number, via: number, firstEdge: number): void {
    const goals = this.#goalsFor(via);
    if (goals === 0) return;
    const { edges } = this;
    for (let edge = firstEdge; edge < edges.to.length; edge += 1) {
      if (edges.to.at(edge) === to && edges.goals.at(edge) === goals) return;
    }
    edges.from.push(from);
    edges.to.push(to);
    edges.goals.push(goals);
  }

  #goalsFor(via: number): number {
    const known = this.#goalsOf.get(via);
    if (known !== undefined) return known;
    const { name, tags } = this.#situations.moves.at(via % movesAtMost);
    const move = { actor: Math.floor(via / movesAtMost), name, tags };
    let goals = 0;
    for (const [index, { by }] of (this.#model.goals ?? []).entries()) if (by(move)) goals |= 1 << index;
    this.#goalsOf.set(via, goals);
    return goals;
  }

  #stepOf(via: number): StoryStep {
    return {
      actor: Math.floor(via / movesAtMost),
      move: this.#situations.moves.at(via % movesAtMost).name,
    };
  }
}

const noOthers: readonly Situation[] = [];

function keyOf(parts: readonly number[]): number | string {
  const [first = 0, second = 0] = parts;
  return parts.length <= 2 ? first * 2 ** 24 + second : parts.join();
}
