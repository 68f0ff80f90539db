import type { EventObject, MachineConfig, StateSchema } from 'xstate';

type Plain = Readonly<Record<string, unknown>>;

/** What XState 5 has and 4 doesn't know. */
const unknownThen = new Set(['guard', 'reenter', 'options', 'params']);

/** The config of an XState 5 machine as one that XState 4 draws: the same states, and transitions with the names of their guards and actions. */
export function toClassic(config: Plain): MachineConfig<unknown, StateSchema, EventObject> {
  return { ...stateNode(config), predictableActionArguments: true };
}

function stateNode({ states, on, after, always, ...rest }: Plain): Plain {
  return {
    ...without(rest),
    ...(states === undefined ? {} : { states: mapped(states as Plain, (each) => stateNode(each as Plain)) }),
    ...(on === undefined ? {} : { on: mapped(on as Plain, transitions) }),
    ...(after === undefined ? {} : { after: mapped(after as Plain, transitions) }),
    ...(always === undefined ? {} : { always: transitions(always) }),
    ...(rest['invoke'] === undefined ? {} : { invoke: list(rest['invoke']).map(invocation) }),
  };
}

function invocation(invoke: unknown): Plain {
  const { id, src, onDone, onError } = invoke as Plain;
  return {
    id,
    src: typeof src === 'string' ? src : String(id),
    ...(onDone === undefined ? {} : { onDone: transitions(onDone) }),
    ...(onError === undefined ? {} : { onError: transitions(onError) }),
  };
}

function transitions(given: unknown): Plain[] {
  return list(given).map((each) => (typeof each === 'string' ? { target: each } : transition(each as Plain)));
}

/** Without a guard a transition is always taken; XState 4 stops reading candidates at the first of these, as XState 5 does. */
function transition(given: Plain): Plain {
  const { guard } = given;
  return { ...without(given), ...(guard === undefined ? {} : { cond: nameOf(guard) }) };
}

function nameOf(guard: unknown): string {
  return typeof guard === 'string' ? guard : String((guard as Plain)['type']);
}

function without(given: Plain): Plain {
  return Object.fromEntries(Object.entries(given).filter(([key]) => !unknownThen.has(key)));
}

function mapped(object: Plain, map: (value: unknown) => unknown): Plain {
  return Object.fromEntries(Object.entries(object).map(([key, value]) => [key, map(value)]));
}

function list(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : [value];
}
