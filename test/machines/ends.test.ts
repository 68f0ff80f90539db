import { describe, expect, it } from 'vitest';
import type { ExitRecord } from '../../src/machines/exits.ts';
import { defaultPolicy, type ConnectionPolicy } from '../../src/machines/policy.ts';
import { PlayedConnection } from './played-connection.ts';
import { withoutProcess, withProcess } from './situations.ts';

type Make = () => PlayedConnection;
type Known = readonly [cause: ExitRecord['cause'], phase: ExitRecord['phase'], detail: string];

const claim = {
  type: 'module.registered',
  tokenValid: true,
  versionSupported: true,
  detail: 'what it said',
} as const;
const { spawning, registering, takingOver, initialising, ready, suspect } = withProcess;
const closed: Make = () => ready().news({ type: 'channel.closed' });

/** What is decided about a process that goes wrong: the step that begins, and what the record of its end says. */
const verdicts: readonly (readonly [string, Make, step: string, Known])[] = [
  [
    'is not there in time',
    () => wait(spawning(), 5000),
    'terminating',
    ['spawn-timeout', 'spawning', 'the process did not start in time'],
  ],
  [
    'does not register in time',
    () => wait(registering(), 10_000),
    'terminating',
    ['register-timeout', 'registering', 'did not register in time'],
  ],
  [
    'is not initialised in time',
    () => wait(initialising(), 30_000),
    'terminating',
    ['init-timeout', 'initialising', 'did not finish its init in time'],
  ],
  [
    'has the wrong token',
    () => registering().news({ ...claim, tokenValid: false }),
    'terminating',
    ['wrong-token', 'registering', 'what it said'],
  ],
  [
    'speaks no version we do',
    () => registering().news({ ...claim, versionSupported: false }),
    'leaving',
    ['incompatible', 'registering', 'what it said'],
  ],
  [
    'fails its init',
    () => failedInit(false),
    'terminating',
    ['init-failed', 'initialising', 'init failed (no device)'],
  ],
  [
    'can not be initialised as it is',
    () => failedInit(true),
    'terminating',
    ['misconfigured', 'initialising', 'init failed (no device)'],
  ],
  [
    'says goodbye during init',
    () => initialising().news({ type: 'module.unregistered' }),
    'leaving',
    ['completed', 'initialising', 'said goodbye'],
  ],
  [
    'says goodbye',
    () => ready().news({ type: 'module.unregistered' }),
    'leaving',
    ['completed', 'ready', 'said goodbye'],
  ],
  [
    'hangs',
    () => suspect().news({ type: 'heartbeat.missed' }),
    'terminating',
    ['hung', 'suspect', 'stopped answering heartbeats'],
  ],
  [
    'does not take over in time',
    () => wait(takingOver(), 10_000),
    'terminating',
    ['register-timeout', 'takingOver', 'did not take over in time'],
  ],
  ...(['spawning', 'registering', 'takingOver', 'initialising', 'ready'] as const).flatMap((phase) => [
    [
      `is not understood any more while ${phase}`,
      () => refused(withProcess[phase]()),
      'terminating',
      ['malformed-frame', phase, 'half a frame'],
    ] as const,
    [
      `closes its channel while ${phase}`,
      () => withProcess[phase]().news({ type: 'channel.closed' }),
      'leaving',
      ['channel-closed', phase, 'its channel closed'],
    ] as const,
  ]),
];

describe('a process that', () => {
  it.each(verdicts)('%s is put down for that', (_, make, step, [cause, phase, detail]) => {
    const connection = make();
    expect(connection.status).toMatchObject({ state: 'puttingDown', step, reason: detail });
    wait(connection, 1000).exit(3);
    expect(connection.status.lastExit).toMatchObject({
      cause,
      phase,
      detail: `${detail} while ${phase}, then exited with code 3`,
    });
  });

  it.each(verdicts.filter(([, , step]) => step === 'leaving'))(
    '%s and ends at once ends as it ended',
    (_, make, __, [cause, phase]) => {
      const connection = make().exit(3);
      const own = cause === 'incompatible' ? cause : 'exit-code';
      expect(connection.status.lastExit).toMatchObject({ cause: own, phase, code: 3 });
    },
  );

  it('is told why it is refused', () => {
    for (const fault of [{ tokenValid: false }, { versionSupported: false }]) {
      const { orders } = registering().news({ ...claim, ...fault });
      expect(orders[0]).toEqual({ type: 'refuseRegistration', reason: 'what it said' });
    }
  });

  it.each(Object.entries(withProcess))(
    'sends what can not be understood is counted once as malformed (%s)',
    (_, make) => {
      const connection = refused(make());
      expect(connection.status.discarded.malformed).toBe(1);
      expect(connection.emitted).toMatchObject([{ type: 'discarded', reason: 'malformed' }]);
    },
  );

  it.each([
    ['spawning', spawning],
    ['registering', registering],
    ['takingOver', takingOver],
    ['initialising', initialising],
    ['ready', ready],
    ['suspect', suspect],
  ] as const)('ends by itself while %s ends in that phase', (phase, make) => {
    const connection = make().exit();
    expect(connection.status.lastExit).toMatchObject({ phase, detail: `exited with code 1 while ${phase}` });
    expect(connection.status.state).toBe(
      phase === 'ready' || phase === 'suspect' ? 'preparing' : 'backingOff',
    );
    expect(connection.emitted.at(-1)).toEqual({ type: 'exited', exit: connection.status.lastExit });
  });
});

/** Leads a connection that wants to start to a living process in each phase; the last is being put down, and may end by itself. */
const living: Readonly<Record<string, (connection: PlayedConnection) => PlayedConnection>> = {
  spawning: (connection) => connection.spawning(),
  registering: (connection) => connection.registering(),
  initialising: (connection) => connection.initialising(),
  ready: (connection) => connection.ready(),
  suspect: (connection) => connection.ready().news({ type: 'heartbeat.missed' }),
  puttingDown: (connection) => connection.ready().news({ type: 'channel.closed' }),
};

const connectionOf = (policy: Partial<ConnectionPolicy>): PlayedConnection =>
  new PlayedConnection({ ...policy, heartbeat: { ...defaultPolicy.heartbeat, suspectAfter: 1 } });

describe('an end that nobody ordered', () => {
  it('is told with what else is known of it', () => {
    const connection = ready().news({
      type: 'process.exited',
      code: null,
      signal: 'SIGKILL',
      note: 'its launcher died',
      lastWords: [],
      chance: 0.5,
    });
    expect(connection.status.lastExit?.detail).toBe('killed by SIGKILL (its launcher died) while ready');
    expect(connection.status.lastExit).not.toHaveProperty('note');
  });

  const cases = Object.keys(living).flatMap((phase) =>
    (['permanent', 'transient', 'temporary'] as const).flatMap((restart) =>
      [0, 1, 78].flatMap((code) => [0, 5].map((allowed) => [phase, restart, code, allowed] as const)),
    ),
  );

  it.each(cases)(
    'leads where the policy says (while %s, %s, code %i, %i crashes allowed)',
    (phase, restart, code, allowed) => {
      const intensity = { ...defaultPolicy.intensity, crashes: allowed };
      const connection = living[phase]!(connectionOf({ restart, intensity }));
      const told = connection.emitted.length;
      connection.exit(code);
      const { state, lastExit, attempt, pid } = connection.status;
      const isCompleted = code === 0 && restart !== 'permanent';
      const wasUp = phase === 'ready' || phase === 'suspect' || phase === 'puttingDown';
      const restarts = wasUp ? 'preparing' : 'backingOff';
      const afterCrash = restart === 'temporary' || allowed === 0 ? 'failed' : restarts;
      expect(state).toBe(code === 78 ? 'misconfigured' : isCompleted ? 'disabled' : afterCrash);
      expect({ attempt, pid, code: lastExit?.code }).toEqual({
        attempt: isCompleted ? 0 : 1,
        pid: null,
        code,
      });
      expect(connection.emitted.slice(told)).toEqual([{ type: 'exited', exit: lastExit }]);
    },
  );

  const takeovers = (['permanent', 'transient'] as const).flatMap((restart) =>
    [0, 1, 78].flatMap((code) => [1, 5].map((allowed) => [restart, code, allowed] as const)),
  );

  it.each(takeovers)(
    'leads there too while a spare takes over (%s, code %i, %i crashes allowed)',
    (restart, code, allowed) => {
      const intensity = { ...defaultPolicy.intensity, crashes: allowed };
      const connection = connectionOf({ restart, intensity }).ready();
      connection.send({ type: 'spare.changed', pid: 4712 }).exit();
      connection.send({ type: 'preparation.succeeded', start: 2 });
      const told = connection.emitted.length;
      connection.exit(code);
      const isCompleted = code === 0 && restart === 'transient';
      const afterCrash = allowed === 1 ? 'failed' : 'backingOff';
      const { state, lastExit } = connection.status;
      expect(state).toBe(code === 78 ? 'misconfigured' : isCompleted ? 'disabled' : afterCrash);
      expect(lastExit).toMatchObject({ incarnation: 2, phase: 'takingOver', code });
      expect(connection.emitted.slice(told)).toEqual([{ type: 'exited', exit: lastExit }]);
    },
  );

  it.each(Object.entries(living))(
    'so soon after another leads to a wait, and is told (while %s)',
    (_, lead) => {
      const before = connectionOf({}).spawning().exit();
      const connection = lead(wait(before, 1000));
      const told = connection.emitted.length;
      const { state, attempt, lastExit } = connection.exit(3).status;
      expect({ state, attempt, code: lastExit?.code }).toEqual({ state: 'backingOff', attempt: 2, code: 3 });
      expect(connection.emitted.slice(told)).toEqual([{ type: 'exited', exit: lastExit }]);
    },
  );

  describe('with what is no longer wanted', () => {
    const changes = [
      { type: 'configure', config: true, module: false },
      { type: 'configure', config: false, module: true },
    ] as const;
    const label = { type: 'configure', config: false, module: false, label: 'Spot' } as const;
    const policy = { restart: 'temporary', intensity: { ...defaultPolicy.intensity, crashes: 0 } } as const;
    const failing: Readonly<Record<string, Make>> = {
      spawning: () => living['spawning']!(connectionOf(policy)),
      registering: () => living['registering']!(connectionOf(policy)),
      initialising: () => living['initialising']!(connectionOf(policy)),
      puttingDown: () => living['puttingDown']!(connectionOf(policy)),
    };

    it.each(Object.entries(failing))('begins anew with what is (changed while %s)', (phase, make) => {
      for (const change of phase === 'puttingDown' ? changes : changes.slice(0, 1)) {
        const connection = make().send(change).exit(78);
        const { state, attempt, reason, lastExit } = connection.status;
        expect({ state, attempt, reason }).toEqual({ state: 'preparing', attempt: 0, reason: null });
        expect(connection.emitted.at(-1)).toEqual({ type: 'exited', exit: lastExit });
        expect(lastExit).toMatchObject({ code: 78, crash: true });
        // What it begins with was wanted then.
        connection.slotted().exit(78);
        expect(connection.status.state).toBe('misconfigured');
      }
    });

    it.each(Object.entries(failing))('is not meant by a new label (changed while %s)', (_, make) => {
      expect(make().send(label).exit(78).status.state).toBe('misconfigured');
      expect(make().send(label).exit(1).status.state).toBe('failed');
    });

    it('begins anew also if init fails with it, and if there never was a process', () => {
      const refused = failedInit(true).send(changes[0]).exit();
      expect(refused.status).toMatchObject({ state: 'preparing', attempt: 0 });
      for (const never of [failing['spawning']!(), wait(failing['spawning']!(), 5000)]) {
        never.send(changes[0]);
        never.news({ type: 'process.spawnFailed', message: 'no', errno: 'ENOENT', chance: 0.5 });
        const { state, attempt, reason, lastExit } = never.status;
        expect({ state, attempt, reason }).toEqual({ state: 'preparing', attempt: 0, reason: null });
        expect(lastExit).toMatchObject({ phase: 'spawning', cause: 'misconfigured' });
        expect(never.emitted.at(-1)).toEqual({ type: 'exited', exit: lastExit });
      }
      const spare = takingOver().send(changes[0]).exit(78);
      expect(spare.status).toMatchObject({ state: 'preparing', attempt: 0, reason: null });
      expect(spare.status.lastExit).toMatchObject({ incarnation: 2, code: 78 });
      expect(spare.emitted.at(-1)).toEqual({ type: 'exited', exit: spare.status.lastExit });
    });

    it('is over as soon as the module was told', () => {
      const init = failing['registering']!().send(changes[0]).news(claim);
      expect(init.exit(78).status.state).toBe('misconfigured');
      const late = failing['initialising']!().send(changes[0]).news({ type: 'module.initialised' });
      expect(late.exit(78).status.state).toBe('misconfigured');
      const told = living['ready']!(connectionOf(policy)).send(changes[0]);
      expect(told.exit(78).status.state).toBe('misconfigured');
    });

    it('is over as soon as another process begins with what is wanted', () => {
      const stopping = living['ready']!(connectionOf(policy)).send({ type: 'restart' }).send(changes[0]);
      const next = stopping.exit().slotted();
      expect(next.status).toMatchObject({ state: 'spawning', incarnation: 2 });
      expect(next.exit(78).status.state).toBe('misconfigured');
    });
  });

  it.each(['permanent', 'transient', 'temporary'] as const)(
    'leads there too if there never was a process (%s)',
    (restart) => {
      for (const [allowed, state] of [
        [0, 'failed'],
        [5, restart === 'temporary' ? 'failed' : 'backingOff'],
      ] as const) {
        const policy = { restart, intensity: { ...defaultPolicy.intensity, crashes: allowed } };
        const make = () => new PlayedConnection(policy).spawning();
        for (const connection of [make(), wait(make(), 5000)]) {
          connection.news({ type: 'process.spawnFailed', message: 'no', errno: 'EAGAIN', chance: 0.5 });
          expect(connection.status).toMatchObject({ state, attempt: 1 });
          expect(connection.emitted).toEqual([{ type: 'exited', exit: connection.status.lastExit }]);
        }
      }
    },
  );
});

describe('the order in which a process is ended', () => {
  it('is the same whatever it was ended for', () => {
    const connection = wait(closed(), 1000, 2000, 5000);
    expect(connection.orders.slice(-5)).toEqual([
      { type: 'unwatch' },
      { type: 'guard' },
      { type: 'close', cause: 'its process is being ended' },
      { type: 'signal', signal: 'SIGTERM' },
      { type: 'signal', signal: 'SIGKILL' },
    ]);
    expect(connection.status).toMatchObject({
      step: 'stuck',
      reason: 'the process does not die, not even by SIGKILL',
    });
  });

  it('begins with a question if it can hear one, and goes on with its answer', () => {
    const connection = ready().send({ type: 'restart' });
    expect(connection.told.slice(-2)).toEqual(['unwatch', 'askToStop']);
    connection.news({
      type: 'message.received',
      message: { kind: 'notification', name: 'bye', early: false, frame: 7 },
    });
    expect(connection.orders.at(-1)).toMatchObject({ type: 'deliver', message: { name: 'bye' } });
    connection.news({ type: 'stop.answered' });
    expect(connection.status.step).toBe('terminating');
  });

  it('learns the number of a process that was ordered to end before it was there', () => {
    const connection = spawning().send({ type: 'disable' }).news({ type: 'process.spawned', pid: 4714 });
    expect(connection.status).toMatchObject({ state: 'stopping', pid: 4714 });
  });
});

describe('an ordered end', () => {
  it.each([
    ['disable', 'disabled'],
    ['restart', 'preparing'],
    ['remove', 'removed'],
  ] as const)('to %s is recorded as one', (order, state) => {
    const connection = ready().send({ type: order });
    connection.clock.advance(5);
    connection.exit(null, 'SIGTERM');
    expect(connection.status).toMatchObject({ state, pid: null, reason: null, attempt: 0 });
    expect(connection.status.lastExit).toEqual({
      incarnation: 1,
      pid: 4711,
      phase: 'stopping',
      code: null,
      signal: 'SIGTERM',
      cause: 'stopped',
      detail: `killed by SIGTERM as ordered (${order})`,
      lastWords: ['I am done'],
      at: connection.clock.now(),
      crash: false,
    });
    expect(connection.emitted).toEqual([{ type: 'exited', exit: connection.status.lastExit }]);
    expect(connection.actor.getSnapshot().context.verdict).toBeNull();
  });

  it.each([
    ['disable', 'disabled'],
    ['restart', 'preparing'],
    ['remove', 'removed'],
  ] as const)('to %s of a process that never came to be leads on', (order, state) => {
    const connection = spawning().send({ type: order });
    connection.news({ type: 'process.spawnFailed', message: 'no', errno: 'EAGAIN', chance: 0.5 });
    expect(connection.status.state).toBe(state);
  });

  it('of a process that was being put down keeps what was found', () => {
    const connection = closed().send({ type: 'disable' }).exit();
    expect(connection.status).toMatchObject({
      state: 'disabled',
      lastExit: { phase: 'ready', cause: 'channel-closed', crash: false },
    });
  });
});

describe('a spawn that fails', () => {
  const lasting = ['ENOENT', 'EACCES', 'ENOTDIR', 'ENOEXEC', 'EPERM', 'ERR_INVALID_ARG_VALUE'];
  const failed = (errno: string | null) =>
    ({ type: 'process.spawnFailed', message: 'no', errno, chance: 0.5 }) as const;

  it.each(lasting)('with %s can only be mended by a change', (errno) => {
    for (const connection of [spawning(), wait(spawning(), 5000)]) {
      connection.news(failed(errno));
      expect(connection.status).toMatchObject({ state: 'misconfigured', reason: 'spawn failed: no' });
    }
  });

  it.each(['EAGAIN', 'EMFILE', null])('with %s is tried again', (errno) => {
    for (const connection of [spawning(), wait(spawning(), 5000)]) {
      const since = connection.clock.now();
      connection.news(failed(errno));
      expect(connection.status).toMatchObject({ state: 'backingOff', attempt: 1, nextRetryAt: since + 1000 });
      expect(connection.status.lastExit).toEqual({
        incarnation: 1,
        pid: null,
        phase: 'spawning',
        code: null,
        signal: null,
        cause: 'spawn-failed',
        detail: 'spawn failed: no',
        lastWords: [],
        at: since,
        crash: true,
      });
    }
  });
});

describe('a start that fails', () => {
  it('says why its module can not be found', () => {
    const connection = new PlayedConnection().send({ type: 'enable' });
    connection.send({ type: 'preparation.failed', start: 1, message: 'no such file' });
    expect(connection.status).toMatchObject({ state: 'misconfigured', reason: 'no such file', attempt: 0 });
  });

  it('because finding its module takes too long counts as a crash', () => {
    const connection = wait(
      new PlayedConnection({ intensity: { crashes: 1, period: 60_000, probe: 1e9 } }).send({
        type: 'enable',
      }),
      10_000,
    );
    const reason = 'module not found within 10000 ms';
    const { clock } = connection;
    expect(connection.status).toMatchObject({
      state: 'backingOff',
      attempt: 1,
      reason,
      nextRetryAt: clock.now() + 1000,
    });
    expect(connection.actor.getSnapshot().context.failures.crashes).toEqual([clock.now()]);
    wait(connection, 1000, 10_000);
    expect(connection.status).toMatchObject({ state: 'failed', attempt: 2, reason });
  });
});

describe('an actor that breaks', () => {
  it.each([
    ['preparation', 'preparing'],
    ['preparation', 'replacing'],
    ['slot', 'queued'],
    ['slot', 'takingOver'],
    ['process', 'takingOver'],
    ['process', 'ready'],
  ])('is told and leads to failed (%s while %s)', (child, situation) => {
    const make = { ...withoutProcess, ...withProcess }[situation as 'ready'];
    const connection = make();
    const error = new Error('broken');
    const told = connection.emitted.length;
    connection.actor.send({ type: `xstate.error.actor.${child}`, error, actorId: child } as never);
    expect(connection.status).toMatchObject({ state: 'failed', reason: 'an actor of this connection broke' });
    expect(connection.emitted.slice(told)).toEqual([{ type: 'broken', error }]);
  });
});

function failedInit(misconfigured: boolean): PlayedConnection {
  return initialising().news({ type: 'module.initFailed', message: 'no device', misconfigured });
}

function refused(connection: PlayedConnection): PlayedConnection {
  return connection.news({ type: 'message.refused', detail: 'half a frame', fatal: true });
}

function wait(connection: PlayedConnection, ...times: readonly number[]): PlayedConnection {
  for (const time of times) connection.clock.advance(time);
  return connection;
}
