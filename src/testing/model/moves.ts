import type { AnyMachineSnapshot } from 'xstate';
import { Interned } from './intern.ts';
import type { Model, Move, Situation } from './model.ts';

/** A move of a model, or one of its timers firing. */
export interface AnyMove extends Move {
  readonly tags: readonly string[];
  /** The id of the timer, if it is one. */
  readonly timer: string | null;
}

/** All moves by number: first those of the environment, then the timers in the order in which they are met. */
export class Moves {
  /** How many of them are the environment's. */
  readonly own: number;
  readonly #all = new Interned<string, AnyMove>();

  constructor({ environment }: Model) {
    for (const move of environment.moves) {
      this.#all.add(move.name, () => ({ tags: [], ...move, timer: null }));
    }
    this.own = this.#all.size;
  }

  at(number: number): AnyMove {
    return this.#all.at(number);
  }

  /** The number of the move that is this timer firing. */
  timer(id: string): number {
    return this.#all.add(id, () => ({
      name: id,
      tags: ['timer'],
      timer: id,
      when: ({ timers }) => timers.includes(id),
      say: () => sayTimer(id),
    }));
  }

  /** The number of a move by its name. */
  named(name: string): number {
    for (let number = 0; number < this.#all.size; number += 1) {
      if (this.at(number).name === name) return number;
    }
    return this.timer(name);
  }
}

/** The sentence a story has for a move. */
export function sentence(move: AnyMove, snapshot: AnyMachineSnapshot, actor: string | undefined): string {
  const said = move.say?.(snapshot) ?? move.name;
  return actor === undefined ? said : `${actor}: ${said}`;
}

/** Whether a move is possible here. */
export function isPossible(move: AnyMove, situation: Situation, others: readonly Situation[]): boolean {
  return situation.snapshot.status === 'active' && move.when(situation, others);
}

// XState names the event of a timer after its delay and its state.
function sayTimer(id: string): string {
  const [, delay, state] = /^xstate\.after\.([^.]+)\.(.+)$/.exec(id) ?? [];
  if (delay === undefined || state === undefined) return `${id} arrives`;
  return `${delay} of ${state.split('.').slice(1).join('.') || state} is over`;
}
