import { describe, expect, it } from 'vitest';
import {
  initialContext,
  noFailures,
  type ConnectionContext,
  type Failures,
} from '../../src/machines/connection-context.ts';
import type { Verdict } from '../../src/machines/exits.ts';
import { defaultPolicy, type RestartType } from '../../src/machines/policy.ts';
import {
  afterPlannedEnd,
  aftermathOf,
  afterUnplannedEnd,
  countedCrash,
  isTooMuch,
  nextWait,
  type UnplannedEnd,
} from '../../src/machines/restart.ts';

const policy = {
  ...defaultPolicy,
  backoff: { initial: 100, most: 1000, factor: 3, jitter: 0.5, forgetAfter: 1 },
  intensity: { crashes: 2, period: 50, probe: 1 },
};
const death = { code: 1, signal: null, lastWords: ['I am done'] };
const verdict: Verdict = { cause: 'hung', phase: 'suspect', detail: 'hangs', forced: true };

describe('what follows a crash', () => {
  it('is a start at once, if it was the first of a module that had been ready', () => {
    expect(aftermathOf(context(), end('ready'))).toBe('restartNow');
    expect(aftermathOf(context(), end('suspect'))).toBe('restartNow');
    expect(aftermathOf(after({ attempt: 1 }), end('ready'))).toBe('restartLater');
    for (const phase of ['spawning', 'registering', 'initialising', 'stopping'] as const) {
      expect(aftermathOf(context(), end(phase))).toBe('restartLater');
    }
  });

  it('is failed when it was one more than the policy allows within its period', () => {
    const crashes = [100, 120];
    expect(isTooMuch(after({ crashes }), 149)).toBe(true);
    expect(isTooMuch(after({ crashes }), 150)).toBe(false);
    expect(isTooMuch(after({ crashes: [120] }), 120)).toBe(false);
    expect(aftermathOf(after({ crashes }), { ...end('ready'), at: 149 })).toBe('failed');
  });

  it('is failed when it ended a half-open probe, however few crashes there were', () => {
    expect(isTooMuch(after({ probes: 1 }), 10_000)).toBe(true);
    expect(isTooMuch(after({ probes: 0 }), 10_000)).toBe(false);
    expect(aftermathOf(after({ probes: 1 }), end('ready'))).toBe('failed');
  });

  it.each([
    ['permanent', 0, 'restartNow'],
    ['permanent', 1, 'restartNow'],
    ['permanent', 78, 'misconfigured'],
    ['transient', 0, 'completed'],
    ['transient', 1, 'restartNow'],
    ['transient', 78, 'misconfigured'],
    ['temporary', 0, 'completed'],
    ['temporary', 1, 'failed'],
    ['temporary', 78, 'misconfigured'],
  ] as const)('is, for a %s module that exits with %i, %s', (restart, code, aftermath) => {
    const died = { ...end('ready'), death: { ...death, code } };
    expect(aftermathOf(context({}, restart), died)).toBe(aftermath);
  });

  it('is misconfigured for a version nobody speaks', () => {
    const incompatible = { ...verdict, cause: 'incompatible' } as const;
    expect(aftermathOf(context({ verdict: incompatible }), end('ready'))).toBe('misconfigured');
  });

  it.each([
    ['permanent', 0, 'beginAnew'],
    ['permanent', 1, 'beginAnew'],
    ['permanent', 78, 'beginAnew'],
    ['transient', 0, 'completed'],
    ['temporary', 1, 'beginAnew'],
    ['temporary', 78, 'beginAnew'],
  ] as const)(
    'is, for a %s module that exits with %i and was changed meanwhile, %s',
    (restart, code, aftermath) => {
      const died = { ...end('initialising'), death: { ...death, code } };
      const failed = failures({ untold: 1, probes: 1, attempt: 4 });
      expect(aftermathOf(context({ failures: failed }, restart), died)).toBe(aftermath);
    },
  );
});

describe('what follows something that Node did not permit', () => {
  const lastWords = ["  code: 'ERR_ACCESS_DENIED',", "  permission: 'Net'"];
  const denied = (phase: UnplannedEnd['phase']): UnplannedEnd => ({
    ...end(phase),
    death: { ...death, lastWords },
  });

  it.each(['spawning', 'registering', 'initialising'] as const)(
    'is misconfigured before the module was ready (%s)',
    (phase) => {
      expect(aftermathOf(context(), denied(phase))).toBe('misconfigured');
    },
  );

  it('is a crash like any other when it had been ready', () => {
    expect(aftermathOf(context(), denied('ready'))).toBe('restartNow');
    expect(aftermathOf(after({ attempt: 1 }), denied('suspect'))).toBe('restartLater');
  });
});

describe('the crashes that are remembered', () => {
  it('are those of the period, and no more than it takes to be too many', () => {
    const crashes = [10, 20, 30, 40];
    expect(countedCrash(after({ attempt: 4, crashes }), 45)).toEqual({
      ...noFailures,
      attempt: 5,
      crashes: [30, 40, 45],
    });
    expect(countedCrash(after({ crashes }), 85)).toMatchObject({ attempt: 1, crashes: [40, 85] });
    expect(countedCrash(after({ crashes }), 90)).toMatchObject({ attempt: 1, crashes: [90] });
  });

  it('are none from before the clock was set back', () => {
    const crashes = [1000, 2000];
    expect(isTooMuch(after({ crashes }), 10)).toBe(false);
    expect(countedCrash(after({ attempt: 2, crashes }), 10)).toMatchObject({ attempt: 3, crashes: [10] });
  });
});

describe('the wait before the next start', () => {
  it('grows by the factor up to the most, and is not zero for the first', () => {
    expect(nextWait(policy, noFailures, 0.5)).toMatchObject({ backoff: 100, delay: 100 });
    expect(nextWait(policy, failures({ backoff: 100 }), 0.5)).toMatchObject({ backoff: 300, delay: 300 });
    expect(nextWait(policy, failures({ backoff: 1 }), 0.5)).toMatchObject({ backoff: 3, delay: 3 });
    expect(nextWait(policy, failures({ backoff: 900 }), 0.5)).toMatchObject({ backoff: 1000, delay: 1000 });
  });

  it('varies by the jitter either way', () => {
    expect(nextWait(policy, noFailures, 0).delay).toBe(50);
    expect(nextWait(policy, noFailures, 1).delay).toBe(150);
    expect(nextWait(policy, failures({ backoff: 1 }), 0.9).delay).toBe(4);
  });

  it('is never longer than Node can wait for', () => {
    const longest = 2 ** 31 - 1;
    const patient = { ...policy, backoff: { ...policy.backoff, initial: longest, most: longest } };
    expect(nextWait(patient, noFailures, 0.9)).toMatchObject({ backoff: longest, delay: longest });
  });
});

describe('the record of an end nobody ordered', () => {
  it('has all that is known, and forgets the process', () => {
    const before = context({ incarnation: 7, pid: 4711, held: 2, failures: failures({ backoff: 100 }) });
    expect(afterUnplannedEnd(before, end('registering'))).toEqual({
      pid: null,
      verdict: null,
      held: 0,
      discarded: { stale: 0, duplicate: 0, unexpected: 2, malformed: 0 },
      reason: 'exited with code 1 while registering',
      failures: { attempt: 1, crashes: [1000], probes: 0, backoff: 300, delay: 300, untold: 0 },
      lastExit: {
        incarnation: 7,
        pid: 4711,
        phase: 'registering',
        ...death,
        cause: 'exit-code',
        detail: 'exited with code 1 while registering',
        at: 1000,
        crash: true,
      },
    });
  });

  it('says what it was ended for, if it was', () => {
    const { lastExit } = afterUnplannedEnd(context({ verdict }), end('puttingDown'));
    expect(lastExit).toMatchObject({
      phase: 'suspect',
      cause: 'hung',
      detail: 'hangs while suspect, then exited with code 1',
    });
    const other = { ...verdict, cause: 'spawn-failed', phase: 'spawning' } as const;
    const never = afterUnplannedEnd(context({ verdict }), {
      ...end('spawning'),
      death: null,
      verdict: other,
    });
    expect(never.lastExit).toMatchObject({
      phase: 'spawning',
      cause: 'spawn-failed',
      code: null,
      signal: null,
      lastWords: [],
    });
  });

  it('counts no wait where none follows, and no crash where nothing failed', () => {
    const now = afterUnplannedEnd(context(), end('ready'));
    expect(now.failures).toEqual({ ...noFailures, attempt: 1, crashes: [1000] });
    const completed = { ...end('ready'), death: { ...death, code: 0 } };
    const done = afterUnplannedEnd(context({}, 'transient'), completed);
    expect(done.lastExit?.crash).toBe(false);
    expect(done.failures).toBe(noFailures);
    expect(afterUnplannedEnd(context(), completed).lastExit?.crash).toBe(true);
    expect(afterUnplannedEnd(context({}, 'transient'), end('ready')).lastExit?.crash).toBe(true);
  });
});

describe('the record of an ordered end', () => {
  it('is no crash, and keeps what was found before', () => {
    const ordered = { at: 1000, purpose: 'restart', death };
    const before = context({ incarnation: 3, pid: 4711, held: 1, verdict, reason: 'hangs' });
    expect(afterPlannedEnd(before, ordered)).toEqual({
      pid: null,
      verdict: null,
      reason: null,
      held: 0,
      discarded: { stale: 0, duplicate: 0, unexpected: 1, malformed: 0 },
      lastExit: {
        incarnation: 3,
        pid: 4711,
        phase: 'suspect',
        ...death,
        cause: 'hung',
        detail: 'hangs while suspect, then exited with code 1',
        at: 1000,
        crash: false,
      },
    });
    const { lastExit } = afterPlannedEnd(context(), ordered);
    expect(lastExit).toMatchObject({
      phase: 'stopping',
      cause: 'stopped',
      detail: 'exited with code 1 as ordered (restart)',
    });
  });
});

function context(
  change: Partial<ConnectionContext> = {},
  restart: RestartType = 'permanent',
): ConnectionContext {
  return {
    ...initialContext({ id: 'lamp', label: 'Lamp', policy: { ...policy, restart }, at: 0 }),
    ...change,
  };
}

function failures(of: Partial<Failures>): Failures {
  return { ...noFailures, ...of };
}

/** The context after these failures. */
function after(of: Partial<Failures>): ConnectionContext {
  return context({ failures: failures(of) });
}

function end(phase: UnplannedEnd['phase']): UnplannedEnd {
  return { phase, at: 1000, chance: 0.5, death };
}
