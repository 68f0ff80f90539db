import type { CallRecord } from '../../src/history/calls.ts';
import type { Happening, LogLine } from '../../src/history/record.ts';
import type { ConnectionStory, ConnectionSummary } from '../../src/history/told.ts';
import type { ExitRecord, ManagerStatus } from '../../src/index.ts';
import type { components } from './api-types/api.ts';

type Told = components['schemas'];

/** The same as JSON, which nothing keeps from being changed. */
type Json<T> = T extends readonly (infer E)[]
  ? Json<E>[]
  : T extends object
    ? { -readonly [K in keyof T]: Json<T[K]> }
    : T;

// What the server says is what the document promises: the compiler refuses these where it isn't.
export const manager = (said: Json<ManagerStatus>): Told['ManagerStatus'] => said;
export const exit = (said: Json<ExitRecord>): Told['Exit'] => said;
export const call = (said: Json<CallRecord>): Told['Call'] => said;
export const line = (said: Json<LogLine>): Omit<Told['LogLine'], 'seq'> => said;
export const summary = (said: Json<ConnectionSummary>): Told['Summary'] => said;
export const life = (said: Json<ConnectionStory['lives']>): Told['Story']['lives'] => said;
export const calls = (said: Json<ConnectionStory['calls']>): Told['Story']['calls'] => said;
type Words = 'state' | 'step' | 'next';
// A happening keeps the words of states as texts.
export const happening = (said: Json<Omit<Happening, Words>>): Omit<Told['Happening'], 'seq' | Words> => said;
