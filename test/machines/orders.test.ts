import { describe, expect, it } from 'vitest';
import { noFailures } from '../../src/machines/connection-context.ts';
import type { PlayedConnection } from './played-connection.ts';
import { ending, withoutProcess, withProcess } from './situations.ts';

type Make = () => PlayedConnection;

const situations = { ...withoutProcess, ...withProcess, ...ending } as Readonly<Record<string, Make>>;
const changeOfModule = { type: 'configure', config: false, module: true } as const;

/** What an order leads to: a state, with the step and what follows if a process is being ended; `-`: nothing changes; in quotes: it is refused. */
const outcomes: Readonly<
  Record<string, readonly [enable: string, disable: string, restart: string, remove: string]>
> = {
  disabled: ['preparing', '-', '"it is disabled: enable it first"', 'removed'],
  preparing: ['-', 'disabled', 'preparing', 'removed'],
  replacing: ['-', 'disabled', 'preparing', 'removed'],
  queued: ['-', 'disabled', '-', 'removed'],
  backingOff: ['-', 'disabled', 'preparing', 'removed'],
  failed: ['preparing', 'disabled', 'preparing', 'removed'],
  misconfigured: ['preparing', 'disabled', 'preparing', 'removed'],
  spawning: ['-', 'terminating toDisable', 'terminating toRestart', 'terminating toRemove'],
  registering: ['-', 'terminating toDisable', 'terminating toRestart', 'terminating toRemove'],
  takingOver: ['-', 'terminating toDisable', 'terminating toRestart', 'terminating toRemove'],
  initialising: ['-', 'asking toDisable', 'asking toRestart', 'asking toRemove'],
  ready: ['-', 'asking toDisable', 'asking toRestart', 'asking toRemove'],
  suspect: ['-', 'asking toDisable', 'asking toRestart', 'asking toRemove'],
  'leaving, to recover': ['-', 'leaving toDisable', 'leaving toRestart', 'leaving toRemove'],
  'asking, to restart': ['-', 'asking toDisable', '-', 'asking toRemove'],
  'asking, to be disabled': [
    'asking toRestart',
    '-',
    '"it is being disabled: enable it first"',
    'asking toRemove',
  ],
  'killing, to be removed': ['"it is being removed"', '-', '"it is being removed"', '-'],
};

describe('an order', () => {
  const cases = Object.entries(outcomes).flatMap(([situation, all]) =>
    (['enable', 'disable', 'restart', 'remove'] as const).map(
      (order, index) => [order, situation, String(all[index])] as const,
    ),
  );

  it.each(cases)('to %s has a written outcome while %s: %s', (order, situation, outcome) => {
    const connection = make(situation);
    const before = { ...connection.status };
    const { starts } = connection.actor.getSnapshot().context;
    const told = connection.emitted.length;
    connection.send({ type: order });
    const at = connection.clock.now();
    const refusal = { type: 'rejected', event: { type: order, at }, why: outcome.slice(1, -1) };
    expect(connection.emitted.slice(told)).toEqual(outcome.startsWith('"') ? [refusal] : []);
    if (outcome === '-' || outcome.startsWith('"')) return expect(connection.status).toEqual(before);
    const { state, step, next } = connection.status;
    expect(step === null ? state : `${step} ${String(next)}`).toBe(outcome);
    const begins = state === 'preparing' ? 1 : 0;
    expect(connection.actor.getSnapshot().context.starts).toBe(starts + begins);
  });

  it.each([
    ['restart', 'preparing'],
    ['restart', 'backingOff'],
    ['restart', 'failed'],
    ['restart', 'misconfigured'],
    ['enable', 'disabled'],
    ['enable', 'failed'],
    ['enable', 'misconfigured'],
  ] as const)('to %s forgets what went wrong before (%s)', (order, situation) => {
    const connection = make(situation);
    expect(connection.status.attempt).toBe(2);
    connection.send({ type: order });
    expectNoHistory(connection);
  });

  it('to restart forgets what went wrong before, also if its process never came to be', () => {
    const connection = make('backingOff');
    connection.clock.advance(1000);
    connection.slotted().send({ type: 'restart' });
    expect(connection.status.attempt).toBe(2);
    connection.news({ type: 'process.spawnFailed', message: 'no', errno: 'EAGAIN', chance: 0.5 });
    expectNoHistory(connection);
  });
});

describe('a change', () => {
  const kept = ['disabled', ...Object.keys(ending)];
  const startsAgain = ['preparing', 'replacing', 'queued', 'backingOff', 'failed', 'misconfigured'];

  it.each(Object.keys(situations))(
    'of label and policy is kept everywhere and changes no state (%s)',
    (situation) => {
      const connection = make(situation);
      const { value, context } = connection.actor.getSnapshot();
      const policy = { ...context.policy, heldMessages: 7 };
      connection.send({ type: 'configure', config: false, module: false, label: 'Spot', policy });
      const { value: now, context: after } = connection.actor.getSnapshot();
      expect(now).toEqual(value);
      expect(after).toMatchObject({ label: 'Spot', policy, wantedConfig: context.wantedConfig + 1 });
      connection.send({ type: 'configure', config: false, module: false });
      expect(connection.actor.getSnapshot().context).toEqual(after);
    },
  );

  it.each(Object.keys(situations))('of the policy alone is kept everywhere (%s)', (situation) => {
    const connection = make(situation);
    const { context } = connection.actor.getSnapshot();
    const policy = { ...context.policy, heldMessages: 7 };
    connection.send({ type: 'configure', config: false, module: false, policy });
    expect(connection.actor.getSnapshot().context).toEqual({ ...context, policy });
  });

  it('during init is sent after it, and is known to be sent then', () => {
    const connection = withProcess.initialising().send({ type: 'configure', config: true, module: false });
    const { wantedConfig, sentConfig } = connection.actor.getSnapshot().context;
    expect(sentConfig).toBe(wantedConfig - 1);
    connection.news({ type: 'module.initialised' });
    expect(connection.told).toContain('configure');
    expect(connection.actor.getSnapshot().context.sentConfig).toBe(wantedConfig);
  });

  it.each(startsAgain)('of the config begins the start again, as if nothing had failed (%s)', (situation) => {
    for (const change of [
      { config: true, module: false },
      { config: false, module: true },
    ]) {
      const connection = make(situation);
      const { starts, wantedConfig } = connection.actor.getSnapshot().context;
      connection.send({ type: 'configure', ...change });
      expect(connection.status.state).toBe('preparing');
      expectNoHistory(connection);
      const after = connection.actor.getSnapshot().context;
      expect(after.starts).toBe(starts + 1);
      expect(after.wantedConfig).toBe(wantedConfig + (change.config ? 1 : 0));
    }
  });

  it.each(kept)('of the module waits for the next start (%s)', (situation) => {
    const connection = make(situation);
    const { value, context } = connection.actor.getSnapshot();
    connection.send({ ...changeOfModule, config: true });
    expect(connection.actor.getSnapshot().value).toEqual(value);
    expect(connection.actor.getSnapshot().context.wantedConfig).toBe(context.wantedConfig + 1);
  });

  it.each([
    ['spawning', 'terminating'],
    ['registering', 'terminating'],
    ['takingOver', 'terminating'],
    ['initialising', 'asking'],
    ['ready', 'asking'],
    ['suspect', 'asking'],
  ])('of the module restarts a living process (%s)', (situation, step) => {
    const connection = make(situation).send({ ...changeOfModule, config: true });
    expect(connection.status).toMatchObject({ state: 'stopping', step, next: 'toRestart' });
    expect(connection.actor.getSnapshot().context.wantedConfig).toBe(1);
  });

  it.each(['ready', 'suspect'])('of config or label is told to the module at once (%s)', (situation) => {
    for (const change of [{ config: true }, { config: false, label: 'Spot' }]) {
      const connection = make(situation).send({ type: 'configure', module: false, ...change });
      expect(connection.told.at(-1)).toBe('configure');
      const { sentConfig, wantedConfig, reason } = connection.actor.getSnapshot().context;
      expect([sentConfig, wantedConfig, reason]).toEqual([1, 1, null]);
    }
    const unconcerned = make(situation).send({ type: 'configure', config: false, module: false });
    expect(unconcerned.told.at(-1)).not.toBe('configure');
  });
});

function make(situation: string): PlayedConnection {
  return situations[situation]!();
}

function expectNoHistory(connection: PlayedConnection): void {
  expect(connection.actor.getSnapshot().context).toMatchObject({ failures: noFailures, reason: null });
}
