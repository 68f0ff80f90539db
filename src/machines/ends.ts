import type { ConnectionPhase } from './connection-context.ts';
import type { ConnectionEvent, NewsOf } from './connection-events.ts';
import { stale } from './outcomes.ts';
import type { Death } from './exits.ts';
import type { Aftermath, UnplannedEnd } from './restart.ts';
import type { Outcome } from './total.ts';

type Exited = { event: NewsOf<'process.exited'> };

/** The process ended before it was ready, and nobody ordered it: the policy says what follows, and no state that follows claims a process. */
export function death(phase: ConnectionPhase) {
  const { settled, anew, later } = afterEnd(endIn(phase));
  return [stale, ...settled, anew, later] as const satisfies Outcome<'process.exited'>;
}

/** The same for one that is ready, and so perhaps stable: then nobody waits. It was told every change. */
export function deathOfReady(phase: ConnectionPhase) {
  const { settled, atOnce, later } = afterEnd(endIn(phase));
  return [stale, ...settled, ...atOnce, later] as const satisfies Outcome<'process.exited'>;
}

/** The same for one that is put down, whatever it was before. */
export function deathOfFailed(phase: ConnectionPhase) {
  const { settled, anew, atOnce, later } = afterEnd(endIn(phase));
  return [stale, ...settled, anew, ...atOnce, later] as const satisfies Outcome<'process.exited'>;
}

function endIn(phase: ConnectionPhase) {
  return ({ event }: Exited): UnplannedEnd => ({
    phase,
    at: event.at,
    chance: event.chance,
    death: deathOf(event),
  });
}

/** There never was a process. What only a change can mend is `misconfigured`; the rest is a failed attempt like any other. */
export function spawnFailure() {
  const { settled, anew, later } = afterEnd(failedSpawn);
  return [stale, ...settled, anew, later] as const satisfies Outcome<'process.spawnFailed'>;
}

function failedSpawn({ event }: { event: NewsOf<'process.spawnFailed'> }): UnplannedEnd {
  return {
    phase: 'spawning',
    at: event.at,
    chance: event.chance,
    death: null,
    verdict: {
      cause: isLasting(event.errno) ? 'misconfigured' : 'spawn-failed',
      phase: 'spawning',
      detail: `spawn failed: ${event.message}`,
      forced: true,
    },
  };
}

function afterEnd<E extends ConnectionEvent>(endOf: (args: { event: E }) => UnplannedEnd) {
  const leadsTo = (aftermath: Aftermath) =>
    ({
      type: 'leadsTo',
      params: ({ event }: { event: E }) => ({ aftermath, end: endOf({ event }) }),
    }) as const;
  const actions = [{ type: 'noteUnplannedEnd', params: endOf }, 'reportExit'] as const;
  const settled = [
    { guard: leadsTo('misconfigured'), target: '#misconfigured', actions },
    { guard: leadsTo('completed'), target: '#disabled', actions },
    { guard: leadsTo('failed'), target: '#failed', actions },
  ] as const;
  const anew = {
    guard: leadsTo('beginAnew'),
    target: '#preparing',
    actions: [...actions, 'beginAnew'],
  } as const;
  const atOnce = [
    { guard: leadsTo('takeOver'), target: '#replacing', actions },
    { guard: leadsTo('restartNow'), target: '#preparing', actions },
  ] as const;
  return { settled, anew, atOnce, later: { target: '#backingOff', actions } } as const;
}

/** The process ended as ordered. */
export function ordered(purpose: string, target: string) {
  const planned = ({ event }: Exited) => ({ at: event.at, purpose, death: deathOf(event) });
  return [
    stale,
    { target, actions: [{ type: 'notePlannedEnd', params: planned }, 'reportExit'] },
  ] as const satisfies Outcome<'process.exited'>;
}

function deathOf({ code, signal, note, lastWords }: NewsOf<'process.exited'>): Death {
  return { code, signal, note, lastWords };
}

// Trying again doesn't create a file or a permission.
function isLasting(errno: string | null): boolean {
  return (
    errno !== null &&
    ['ENOENT', 'EACCES', 'ENOTDIR', 'ENOEXEC', 'EPERM', 'ERR_INVALID_ARG_VALUE'].includes(errno)
  );
}
