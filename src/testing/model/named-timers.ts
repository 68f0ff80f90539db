import type { AnyActorRef, AnyEventObject } from 'xstate';
import { VirtualClock, type VirtualTimer } from '../virtual-clock.ts';

/** The timers an actor has started and not cleared, by the names XState gives them. */
export function pendingTimers(actor: AnyActorRef): { readonly id: string; readonly event: AnyEventObject }[] {
  const { _scheduledEvents: events } = actor.system.getSnapshot();
  return Object.values(events)
    .filter(({ source }) => source === actor)
    .map(({ id, event }) => ({ id, event }));
}

/** A virtual clock that knows by which names the timers of an actor go. */
export class NamedTimers extends VirtualClock {
  readonly #actors: () => readonly AnyActorRef[];
  readonly #named = new Map<AnyActorRef, Map<string, VirtualTimer>>();

  /** `actors`: whose timers have names. It is asked whenever a timer is started. */
  constructor(actors: () => readonly AnyActorRef[]) {
    super();
    this.#actors = actors;
    const start = this.setTimeout;
    this.setTimeout = (callback, milliseconds) => {
      const timer = start(callback, milliseconds);
      this.#name(timer);
      return timer;
    };
  }

  /** Fires the timer of this name; false if there is none. */
  fireNamed(actor: AnyActorRef, name: string): boolean {
    const timer = this.#named.get(actor)?.get(name);
    return timer !== undefined && this.fire(timer);
  }

  /** Those that no actor has started, the next one first. */
  get unnamed(): readonly VirtualTimer[] {
    const named = new Set([...this.#named.values()].flatMap((own) => [...own.values()]));
    return this.timers.filter((timer) => !named.has(timer));
  }

  // XState writes a timer down before it starts it: a name that has no timer yet is the one of this timer.
  #name(timer: VirtualTimer): void {
    const running = new Set(this.timers);
    for (const actor of this.#actors()) {
      const own = this.#named.get(actor) ?? new Map<string, VirtualTimer>();
      this.#named.set(actor, own);
      const isFree = (id: string): boolean => {
        const known = own.get(id);
        return known === undefined || !running.has(known);
      };
      const name = pendingTimers(actor).find(({ id }) => isFree(id))?.id;
      if (name !== undefined) return void own.set(name, timer);
    }
  }
}
