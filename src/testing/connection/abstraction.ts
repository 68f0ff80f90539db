import type { ConnectionContext } from '../../machines/connection-context.ts';
import { statusOf, type ConnectionSnapshot, type ConnectionState } from '../../machines/status.ts';

/**
 * The representative of all contexts from which the connection's chart does the same.
 *
 * - Times count from the entry into the state. Of past crashes only whether they are still within the intensity period, as if each that is had just happened: short
 *   times don't add up to a long one, which is a move of its own.
 * - Starts and incarnations are counted up to `most`, since the chart compares them for equality only: 2 where news of predecessors may come late, else 1.
 * - Failed attempts, probes and changes it was not told are none or some. Config versions are the one that was sent, or another.
 * - What belongs to one phase (the deadline, held messages, missed heartbeats, an outdated config) is kept in that phase only: it is set anew when the phase begins again.
 * - Records, reasons and counters for people are forgotten, save whether there is a reason: no guard reads them.
 */
export function abstraction(most: 1 | 2) {
  return (snapshot: ConnectionSnapshot): ConnectionContext => representative(snapshot, most);
}

function representative(snapshot: ConnectionSnapshot, most: number): ConnectionContext {
  const { context } = snapshot;
  return {
    ...context,
    ...phaseOf(snapshot),
    since: 0,
    starts: Math.min(context.starts, most),
    incarnation: Math.min(context.incarnation, most),
    pid: context.pid === null ? null : 1,
    spare: context.spare === null ? null : 1,
    failures: failuresOf(snapshot),
    wantedConfig: 1,
    verdict:
      context.verdict === null || context.verdict.detail === ''
        ? context.verdict
        : { ...context.verdict, detail: '' },
    lastExit: null,
    reason: context.reason === null ? null : '',
    discarded: nothing,
  };
}

const nothing = { stale: 0, duplicate: 0, unexpected: 0, malformed: 0 };

function phaseOf(snapshot: ConnectionSnapshot): Partial<ConnectionContext> {
  const { since, due, held, missed, sentConfig, wantedConfig } = snapshot.context;
  const { state } = statusOf(snapshot);
  const isIn = (...states: ConnectionState[]): boolean => states.includes(state);
  const isTimed = isIn('preparing', 'replacing', 'initialising', 'backingOff', 'failed');
  return {
    due: isTimed && due !== null ? due - since : null,
    held: isIn('spawning', 'registering', 'takingOver') ? held : 0,
    missed: isIn('ready', 'suspect') ? missed : 0,
    debugger: debuggerIn(snapshot),
    sentConfig: isIn('initialising') && sentConfig !== wantedConfig ? 0 : 1,
  };
}

// The chart asks for nothing else, and whoever is being ended is ended all the same.
function debuggerIn(snapshot: ConnectionSnapshot): ConnectionContext['debugger'] {
  const matters = ['registering', 'takingOver', 'initialising', 'ready', 'suspect'].includes(
    statusOf(snapshot).state,
  );
  return matters && snapshot.context.debugger === 'attached' ? 'attached' : null;
}

function failuresOf(snapshot: ConnectionSnapshot): ConnectionContext['failures'] {
  const { context } = snapshot;
  const { failures } = context;
  return {
    ...failures,
    attempt: Math.min(failures.attempt, 1),
    crashes: recentCrashes(context),
    probes: Math.min(failures.probes, 1),
    delay: statusOf(snapshot).state === 'backingOff' ? failures.delay : 0,
    untold: mayEndUntold(snapshot) ? Math.min(failures.untold, 1) : 0,
  };
}

// Who is up was told, and elsewhere the next incarnation is.
function mayEndUntold(snapshot: ConnectionSnapshot): boolean {
  const { state } = statusOf(snapshot);
  return ['spawning', 'registering', 'takingOver', 'initialising', 'puttingDown'].includes(state);
}

function recentCrashes({ since, failures: { crashes }, policy }: ConnectionContext): readonly number[] {
  const recent = crashes.filter((crash) => crash > since - policy.intensity.period);
  const isSame = recent.length === crashes.length && crashes.every((crash) => crash === 0);
  return isSame ? crashes : recent.map(() => 0);
}
