import { Column } from './column.ts';
import { Configurations } from './configurations.ts';
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

interface Going {
  readonly actor: number;
  readonly move: number;
  /** Where the edges of this configuration begin. */
  readonly firstEdge: number;
}

const movesAtMost = 1024;
const none: readonly Problem[] = [];

/** Explores a model breadth first, so that every story is the shortest. */
export function explore(model: Model, { configurations = 2_000_000, violations = Infinity }: Limits): Space {
  const search = new Search(model);
  search.begin();
  let next = 0;
  while (next < search.configurations && search.configurations <= configurations) {
    if (search.findings.length >= violations) break;
    search.expand(next);
    next += 1;
  }
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
  readonly #reached: Configurations;
  readonly #findings = new Map<string, Finding>();
  readonly #take;
  readonly #goalsOf = remembered(Infinity, (via) => this.#goalsFor(via));

  constructor(model: Model) {
    this.#model = model;
    this.#situations = new Situations(model);
    this.#actors = model.actors?.length ?? 1;
    this.#reached = new Configurations(this.#actors);
    const take = (key: number) => this.#situations.take(Math.floor(key / movesAtMost), key % movesAtMost);
    // With one actor, every situation is met once.
    this.#take = this.#actors === 1 ? take : remembered(4_000_000, take);
  }

  get configurations(): number {
    return this.#reached.size;
  }

  get findings(): readonly Finding[] {
    return [...this.#findings.values()];
  }

  at(configuration: number): readonly Situation[] {
    return this.#reached.partsOf(configuration).map((part) => this.#situations.at(part));
  }

  storyOf(configuration: number): Story {
    return this.#reached.wayTo(configuration).map((via) => this.#stepOf(via));
  }

  begin(): void {
    const { to, problems } = this.#situations.begin();
    for (const problem of problems) this.#findings.set(problem.invariant, { ...problem, story: [] });
    if (problems.length === 0)
      this.#reach(
        Array.from({ length: this.#actors }, () => to),
        -1,
        -1,
      );
  }

  /** Takes every move that is possible in a configuration. */
  expand(configuration: number): void {
    const parts = this.#reached.partsOf(configuration);
    const firstEdge = this.edges.from.length;
    for (const actor of parts.keys()) {
      for (const move of this.#movesOf(parts, actor))
        this.#go(configuration, parts, { actor, move, firstEdge });
    }
  }

  #movesOf(parts: readonly number[], actor: number): readonly number[] {
    const part = parts[actor] as number;
    const situation = this.#situations.at(part);
    if (situation.snapshot.status !== 'active') return [];
    const others = parts.filter((_, index) => index !== actor).map((other) => this.#situations.at(other));
    const { moves } = this.#situations;
    const found: number[] = [];
    for (let move = 0; move < moves.own; move += 1) {
      if (isPossible(moves.at(move), situation, others)) found.push(move);
    }
    found.push(...this.#situations.timerMoves(part));
    return found;
  }

  #go(from: number, before: readonly number[], { actor, move, firstEdge }: Going): void {
    const { to, problems } = this.#take((before[actor] as number) * movesAtMost + move);
    const via = actor * movesAtMost + move;
    this.transitions += 1;
    if (problems.length > 0) {
      this.#find(problems, from, via);
      return;
    }
    const parts = this.#actors === 1 ? [to] : before.with(actor, to);
    const reached = this.#reach(parts, from, via);
    if (reached !== from && reached >= 0) this.#link(from, reached, via, firstEdge);
  }

  /** The number of a configuration, or -1 if something is wrong with it. */
  #reach(parts: readonly number[], parent: number, via: number): number {
    const known = this.#reached.find(parts);
    if (known !== undefined) return known;
    const problems = this.#problemsTogether(parts);
    if (problems.length === 0) return this.#reached.add(parts, parent, via);
    this.#find(problems, parent, via);
    return -1;
  }

  #problemsTogether(parts: readonly number[]): readonly Problem[] {
    if (this.#actors === 1) return none;
    const situations = parts.map((part) => this.#situations.at(part));
    return (this.#model.invariants ?? []).flatMap((invariant) => {
      const detail = invariant.together?.(situations);
      return detail === undefined ? [] : [{ invariant: invariant.name, detail }];
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
    const goals = this.#goalsOf(via);
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
    const { name, tags } = this.#situations.moves.at(via % movesAtMost);
    const move = { actor: Math.floor(via / movesAtMost), name, tags };
    const bits = (this.#model.goals ?? []).map((goal, index) => (goal.by(move) ? 1 << index : 0));
    return bits.reduce((all, bit) => all | bit, 0);
  }

  #stepOf(via: number): StoryStep {
    return {
      actor: Math.floor(via / movesAtMost),
      move: this.#situations.moves.at(via % movesAtMost).name,
    };
  }
}
