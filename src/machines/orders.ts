import type { Change } from './connection-setup.ts';
import { acknowledge, end, tell } from './outcomes.ts';
import type { Outcomes } from './total.ts';

/** A start whose failures so far are forgotten: somebody asked for it. */
export const anew = { target: '#preparing', actions: 'beginAnew' } as const;

const noted = { type: 'noteChange', params: ({ event }: { event: Change }) => event } as const;

/** The change is kept, and is what the next process is told. */
export const change = { actions: noted } as const;

/** What concerns the start begins it again; a new label or policy doesn't. */
export const changeStart = [
  { guard: 'startChanged', target: '#preparing', reenter: true, actions: [noted, 'beginAnew'] },
  change,
] as const;

/** Another module needs another process; a config is sent with `init`, which has not been sent yet. */
export const changeBeforeInit = [
  { guard: 'moduleChanged', target: end('terminating', 'toRestart'), actions: noted },
  change,
] as const;

/** As before, but `init` is under way: the config is sent again after it. */
export const changeDuringInit = [
  { guard: 'moduleChanged', target: end('asking', 'toRestart'), actions: noted },
  change,
] as const;

/** The module is told at once. */
export const changeWhileReady = [
  { guard: 'moduleChanged', target: end('asking', 'toRestart'), actions: noted },
  {
    guard: 'moduleIsConcerned',
    actions: [noted, 'markConfigSent', 'forgetReason', tell({ type: 'configure' })],
  },
  change,
] as const;

/** Orders to a connection that wants to start and has no process yet. */
export const beforeSpawn = {
  enable: acknowledge('already enabled'),
  disable: { target: '#disabled' },
  remove: { target: '#removed' },
} as const satisfies Outcomes<'enable' | 'disable' | 'remove'>;

/** Orders to a connection that is down with good reason: it starts at once, and what was is forgotten. */
export const whileDown = {
  enable: anew,
  disable: { target: '#disabled' },
  restart: anew,
  configure: changeStart,
  remove: { target: '#removed' },
} as const satisfies Outcomes<'enable' | 'disable' | 'restart' | 'configure' | 'remove'>;

/** Orders to a process: how it is ended, and what follows. */
export function whileAlive<Step extends string>(step: Step) {
  return {
    enable: acknowledge('already enabled'),
    disable: { target: end(step, 'toDisable') },
    restart: { target: end(step, 'toRestart') },
    remove: { target: end(step, 'toRemove') },
  } as const satisfies Outcomes<'enable' | 'disable' | 'restart' | 'remove'>;
}
