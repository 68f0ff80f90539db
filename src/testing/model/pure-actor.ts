import {
  createActor,
  type ActorScope,
  type AnyEventObject,
  type AnyMachineSnapshot,
  type AnyStateMachine,
} from 'xstate';
import { GreenroomError } from '../../errors.ts';
import type { Effect } from './model.ts';

/** A timer that was started and has neither fired nor been cancelled. */
export interface PendingTimer {
  readonly id: string;
  readonly event: AnyEventObject;
}

export interface ActorState {
  readonly snapshot: AnyMachineSnapshot;
  readonly timers: readonly PendingTimer[];
}

export interface PureStep extends ActorState {
  readonly effects: readonly Effect[];
  /** What no machine may do, whatever its model says. */
  readonly problems: readonly Problem[];
}

export interface Problem {
  readonly invariant: string;
  readonly detail: string;
}

type Executable = Parameters<ActorScope<AnyMachineSnapshot, AnyEventObject>['actionExecutor']>[0];

/** The names of what holds for every machine. */
const always = {
  answered: 'Every event is answered in every state.',
  noFailure: 'The actor never fails.',
  oneTimer: 'A timer is not started again while it runs.',
} as const;

/** A machine as a pure function: nothing it orders is executed, all of it is returned. */
export class PureActor {
  readonly #machine: AnyStateMachine;
  readonly #scope;
  #done: Executable[] = [];

  constructor(machine: AnyStateMachine, input: unknown) {
    this.#machine = machine;
    this.#scope = scopeOf(machine, input, (action) => this.#done.push(action));
  }

  /** The initial step. */
  begin(input: unknown): PureStep {
    const nothing: ActorState = { snapshot: this.#scope.self.getSnapshot(), timers: [] };
    return this.#settle(nothing, () => this.#machine.getInitialSnapshot(this.#scope, input));
  }

  /** What an event leads to. A timer's event takes the timer with it. */
  step({ snapshot, timers }: ActorState, event: AnyEventObject, timer?: PendingTimer): PureStep {
    const before = {
      snapshot,
      timers: timer === undefined ? timers : timers.filter((each) => each !== timer),
    };
    const step = this.#settle(before, () => this.#machine.transition(snapshot, event, this.#scope));
    // An event that changes something was answered; a timer belongs to a transition, whatever its guard says.
    if (timer !== undefined || step.snapshot !== snapshot) return step;
    return { ...step, problems: [...step.problems, ...unanswered(this.#machine, snapshot, event)] };
  }

  #settle(before: ActorState, next: () => AnyMachineSnapshot): PureStep {
    this.#done = [];
    try {
      const snapshot = next();
      const step = applied(before.timers, this.#done, this.#scope.self);
      if (snapshot.status !== 'error') return { snapshot, ...step };
      return { snapshot, ...step, problems: [...step.problems, failure(snapshot.error)] };
    } catch (error) {
      return { ...before, effects: [], problems: [failure(error)] };
    }
  }
}

/** An event for which no transition is written in a state, not even one that says that nothing changes, is a problem. */
export function unanswered(
  machine: AnyStateMachine,
  snapshot: AnyMachineSnapshot,
  event: AnyEventObject,
): Problem[] {
  try {
    if (machine.getTransitionData(snapshot, event).length > 0) return [];
  } catch {
    // A guard threw; the step itself has reported it.
    return [];
  }
  return [
    {
      invariant: always.answered,
      detail: `"${event.type}" has no answer in ${JSON.stringify(snapshot.value)}`,
    },
  ];
}

export function failure(error: unknown): Problem {
  return { invariant: always.noFailure, detail: error instanceof Error ? error.message : String(error) };
}

const nothing = (): void => {};

// One scope for all steps: making one computes the initial state, which would cost more than the step.
function scopeOf(machine: AnyStateMachine, input: unknown, actionExecutor: (action: Executable) => void) {
  const self = createActor(machine, { input });
  return {
    self,
    id: self.id,
    sessionId: self.sessionId,
    system: self.system,
    logger: nothing,
    defer: nothing,
    emit: nothing,
    stopChild: nothing,
    actionExecutor,
  };
}

interface Applied {
  timers: readonly PendingTimer[];
  readonly effects: Effect[];
  readonly problems: Problem[];
}

function applied(timers: readonly PendingTimer[], actions: readonly Executable[], self: unknown): Applied {
  const result: Applied = { timers, effects: [], problems: [] };
  for (const { type, params } of actions) {
    const apply = appliers[type];
    if (apply === undefined) result.effects.push({ type: 'did', action: type, params });
    else apply(result, params as never, self);
  }
  return result;
}

interface Delayed {
  readonly id?: string;
  readonly delay?: number;
  readonly event: AnyEventObject;
}

interface Sent extends Delayed {
  readonly to: { readonly id: string };
}

interface Spawned {
  readonly actorRef: { readonly id: string };
  readonly input: unknown;
}

const appliers: Record<string, (result: Applied, params: never, self: unknown) => void> = {
  'xstate.raise': (result, params: Delayed) => {
    if (params.delay !== undefined) startTimer(result, params);
  },
  'xstate.cancel': (result, { sendId }: { sendId: string }) => {
    result.timers = result.timers.filter(({ id }) => id !== sendId);
  },
  'xstate.spawnChild': ({ effects }, { actorRef, input }: Spawned) => {
    effects.push({ type: 'started', child: actorRef.id, input });
  },
  'xstate.stopChild': ({ effects }, child: { readonly id: string } | undefined) => {
    if (child !== undefined) effects.push({ type: 'stopped', child: child.id });
  },
  'xstate.sendTo': (result, params: Sent, self) => {
    // What an actor sends to itself waits in its mailbox: anything else may come first.
    if (params.to === self) startTimer(result, params);
    else result.effects.push(told(params));
  },
  'xstate.emit': ({ effects }, { event }: { event: AnyEventObject }) => {
    effects.push({ type: 'emitted', event });
  },
  'xstate.log': () => {},
};

function told({ to, event, delay }: Sent): Effect {
  if (delay === undefined) return { type: 'told', child: to.id, event };
  throw new GreenroomError(
    'OPTION_INVALID',
    `The model checker can't follow "${event.type}", which the machine sends to its child "${to.id}" after ${delay} ms: start a timer of the machine's own and send it when that fires.`,
  );
}

function startTimer(result: Applied, { id, event }: Delayed): void {
  const own = id ?? event.type;
  if (id !== undefined && result.timers.some((timer) => timer.id === own)) {
    result.problems.push({ invariant: always.oneTimer, detail: `${own} was started twice` });
  }
  result.timers = [...result.timers.filter((timer) => timer.id !== own), { id: own, event }];
}
