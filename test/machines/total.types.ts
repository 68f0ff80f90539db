// Checked by `npm run types`: a line under `@ts-expect-error` that compiles is an error.
import type { ConnectionEventType } from '../../src/machines/connection-events.ts';
import {
  disabled,
  type backingOff,
  type failed,
  type misconfigured,
} from '../../src/machines/states/down.ts';
import type * as ending from '../../src/machines/states/ending.ts';
import type {
  initialising,
  ready,
  suspect,
  whileOperational,
  whileRegistered,
} from '../../src/machines/states/running.ts';
import type {
  preparing,
  queued,
  registering,
  spawning,
  whileStarting,
} from '../../src/machines/states/starting.ts';
import { total, type Complete } from '../../src/machines/total.ts';

type IsTotal<On, Elsewhere extends ConnectionEventType> = On extends Complete<On, Elsewhere> ? true : false;

/** The handlers of a state that could be deleted without a type error. */
type Deletable<On, Elsewhere extends ConnectionEventType> = {
  [K in keyof On]: IsTotal<Omit<On, K>, Elsewhere> extends true ? K : never;
}[keyof On];

type None<T extends never> = T;
type Starting = keyof typeof whileStarting;
type Registered = keyof typeof whileRegistered;
type Operational = Registered | keyof typeof whileOperational;
type Ending = keyof typeof ending.whileEnding;
type OfNext = keyof typeof ending.toDisable.on;
type OfStep = keyof typeof ending.asking.on;

// No handler of any state can be deleted. (That a complete set of handlers is accepted, the states themselves show.)
export type NothingIsDeletable = [
  None<Deletable<typeof disabled.on, never>>,
  None<Deletable<typeof preparing.on, never>>,
  None<Deletable<typeof queued.on, never>>,
  None<Deletable<typeof spawning.on, Starting>>,
  None<Deletable<typeof registering.on, Starting>>,
  None<Deletable<typeof initialising.on, Registered>>,
  None<Deletable<typeof ready.on, Operational>>,
  None<Deletable<typeof suspect.on, Operational>>,
  None<Deletable<typeof ending.leaving.on, Ending | OfNext>>,
  None<Deletable<typeof ending.asking.on, Ending | OfNext>>,
  None<Deletable<typeof ending.terminating.on, Ending | OfNext>>,
  None<Deletable<typeof ending.killing.on, Ending | OfNext>>,
  None<Deletable<typeof ending.stuck.on, Ending | OfNext>>,
  None<Deletable<typeof ending.toRecover.on, Ending | OfStep>>,
  None<Deletable<typeof ending.toDisable.on, Ending | OfStep>>,
  None<Deletable<typeof ending.toRestart.on, Ending | OfStep>>,
  None<Deletable<typeof ending.toRemove.on, Ending | OfStep>>,
  None<Deletable<typeof backingOff.on, never>>,
  None<Deletable<typeof failed.on, never>>,
  None<Deletable<typeof misconfigured.on, never>>,
];

// What several states inherit can't be deleted either: they would have to answer it themselves.
export type NothingInheritedIsDeletable = [
  None<DeletableAbove<typeof spawning.on, Starting>>,
  None<DeletableAbove<typeof registering.on, Starting>>,
  None<DeletableAbove<typeof initialising.on, Registered>>,
  None<DeletableAbove<typeof ready.on, Operational>>,
  None<DeletableAbove<typeof suspect.on, Operational>>,
  None<DeletableAbove<typeof ending.asking.on, Ending | OfNext>>,
  None<DeletableAbove<typeof ending.toDisable.on, Ending | OfStep>>,
];

/** The handlers of a state's ancestors, or of its parallel region, that could be deleted without a type error. */
type DeletableAbove<On, Above extends ConnectionEventType> = {
  [K in Above]: IsTotal<On, Exclude<Above, K>> extends true ? K : never;
}[Above];

const { on } = disabled;
const { enable: _, ...withoutEnable } = on;

export const complete = total()({ on });
// @ts-expect-error a handler is missing
export const missing = total()({ on: withoutEnable });
// @ts-expect-error a handler is misspelt
export const misspelt = total()({ on: { ...withoutEnable, enabel: on.enable } });
// @ts-expect-error undefined is no outcome
export const undefinedHandler = total()({ on: { ...on, enable: undefined } });
// @ts-expect-error an empty list bubbles in silence
export const emptyList = total()({ on: { ...on, enable: [] } });
// @ts-expect-error an empty transition forbids in silence
export const emptyTransition = total()({ on: { ...on, enable: {} } });
// @ts-expect-error a wildcard would answer what nobody thought of
export const wildcard = total()({ on: { ...on, '*': on.enable } });
// @ts-expect-error an ancestor answers it already
export const twice = total<'enable'>()({ on });
