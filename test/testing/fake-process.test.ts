import { describe, expect, it } from 'vitest';
import {
  asksForTime,
  calls,
  closesChannel,
  exits,
  failsInit,
  hangs,
  initialises,
  notifies,
  recovers,
  registers,
  reports,
  says,
  sends,
  unregisters,
  type Act,
} from '../../src/testing/acts.ts';
import { life, type Life, type Lives } from '../../src/testing/life.ts';
import { createTestManager, type TestManagerOptions } from '../../src/testing/test-manager.ts';

const healthy = [registers(), initialises()];

function lampThat(lives: Lives, options: Partial<TestManagerOptions> = {}) {
  const manager = createTestManager({ ...options, modules: { lamp: lives } });
  const lamp = manager.add({ id: 'lamp', module: 'nowhere/lamp.js', config: { host: '10.0.0.7' } });
  return { manager, lamp };
}

function lampWith(acts: readonly Act[], rest?: Omit<Life, 'acts'>) {
  return lampThat(life([...healthy, ...acts], rest));
}

describe('a fake process', () => {
  it('registers, initialises and crashes when its life says so', async () => {
    const acts = [registers({ after: 20 }), initialises({ after: 30 }), exits(3, { after: 5000 })];
    const { manager, lamp } = lampThat([life(acts), life([registers({ after: 20 })])]);
    await manager.advance(19);
    expect(lamp.status).toMatchObject({ state: 'registering', incarnation: 1, pid: 10_000_001 });
    await manager.advance(1);
    expect(lamp.status.state).toBe('initialising');
    await manager.advance(30);
    expect(lamp.status).toMatchObject({ state: 'ready', since: 1_000_050 });
    await manager.advance(4999);
    expect(lamp.status.state).toBe('ready');
    await manager.advance(1);
    expect(lamp.status).toMatchObject({ incarnation: 2, pid: 10_000_002, attempt: 1 });
    expect(lamp.history).toMatchObject([{ phase: 'ready', code: 3, cause: 'exit-code', crash: true }]);
    expect(manager.processes.map(({ isAlive }) => isAlive)).toEqual([false, true]);
  });

  it('that is being started when its manager is stopped by force is killed as soon as it is there', async () => {
    const { manager, lamp } = lampThat(life(healthy, { spawn: { after: 100 } }));
    await manager.settle();
    expect(lamp.status.state).toBe('spawning');
    const stopped = manager.stop({ force: true });
    await manager.advance(100);
    await stopped;
    expect(lamp.status).toMatchObject({ state: 'removed', lastExit: { signal: 'SIGKILL' } });
  });

  it('hears what its connection was configured with, and config that is changed while it runs', async () => {
    const { manager, lamp } = lampWith([]);
    await manager.settle();
    lamp.update({ config: { host: '10.0.0.8' }, label: 'Spot' });
    await manager.settle();
    expect(manager.process('lamp').heard).toMatchObject([
      { what: 'registered' },
      { what: '$init', payload: { config: { host: '10.0.0.7' } } },
      { what: '$configure', payload: { config: { host: '10.0.0.8' }, label: 'Spot' } },
    ]);
  });

  it('answers calls with its functions, and says when it has none', async () => {
    const { manager, lamp } = lampWith([], {
      calls: {
        double: (number) => Number(number) * 2,
        break: () => {
          throw new Error('no bulb');
        },
      },
    });
    await manager.settle();
    await expect(lamp.call('double', 21)).resolves.toBe(42);
    await expect(lamp.call('break')).rejects.toMatchObject({ code: 'CALL_FAILED', message: /no bulb/ });
    await expect(lamp.call('dance')).rejects.toThrow(
      'has no answer to the call "dance"; it has: double, break',
    );
  });

  it('loses the calls in flight when it dies', async () => {
    const { manager, lamp } = lampWith([], { calls: { wait: () => new Promise(() => {}) } });
    await manager.settle();
    const lost = expect(lamp.call('wait')).rejects.toMatchObject({
      code: 'CONNECTION_LOST',
      data: { code: 9 },
    });
    await manager.settle();
    manager.process('lamp').does(exits(9));
    await lost;
  });

  it('lets a call time out on the virtual clock', async () => {
    const { manager, lamp } = lampWith([hangs({ after: 10 })]);
    await manager.advance(10);
    const late = lamp.call('ping', null, { timeout: 700 });
    await expect(manager.until(late)).rejects.toMatchObject({ code: 'CALL_TIMED_OUT' });
    expect(manager.clock.now()).toBe(1_000_710);
  });

  it('calls the handlers of the app and keeps what came back', async () => {
    const handlers = { add: (pair: unknown) => (pair as number[]).reduce((a, b) => a + b) };
    const lives = life([...healthy, calls('add', [2, 3]), calls('multiply')]);
    const { manager } = lampThat(lives, { handlers });
    await manager.settle();
    const { answers } = manager.process('lamp');
    expect(answers.toSorted((one, other) => one.call.localeCompare(other.call))).toMatchObject([
      { call: 'add', value: 5 },
      { call: 'multiply', error: { code: 'CALL_FAILED' } },
    ]);
  });

  it('writes lines, which are its last words when it dies', async () => {
    const { manager, lamp } = lampWith([
      says('warming up'),
      says('too hot', { stream: 'stderr' }),
      exits('SIGSEGV'),
    ]);
    const lines: string[] = [];
    manager.on('output', ({ stream, line }) => lines.push(`${stream}: ${line}`));
    await manager.settle();
    expect(lines.slice(0, 2)).toEqual(['stdout: warming up', 'stderr: too hot']);
    expect(lamp.history[0]).toMatchObject({ signal: 'SIGSEGV', lastWords: ['warming up', 'too hot'] });
  });

  it('has its messages delivered before its exit', async () => {
    const { manager, lamp } = lampWith([notifies('dimmed', 30), exits(1)]);
    const news: string[] = [];
    manager.on('message', ({ name, payload }) => news.push(`${name} ${String(payload)}`));
    manager.on('exit', ({ exit }) => news.push(`exit ${exit.code}`));
    await manager.settle();
    lamp.disable();
    expect(news.slice(0, 2)).toEqual(['dimmed 30', 'exit 1']);
  });

  it('is held to the rules about what may come before it registers', async () => {
    const log = { level: 'info', message: 'hello' };
    const { manager, lamp } = lampThat(
      life([notifies('$log', log), notifies('early'), registers(), initialises()]),
    );
    const messages: string[] = [];
    manager.on('message', ({ name }) => messages.push(name));
    await manager.settle();
    expect(messages).toEqual(['$log']);
    expect(lamp.status).toMatchObject({ state: 'ready', discarded: { unexpected: 1 } });
  });

  it.each([
    ['a wrong token', registers({ token: 'wrong' }), 'wrong-token', 'backingOff', ['SIGTERM']],
    [
      'an unknown version',
      registers({ version: 99 }),
      'incompatible',
      'misconfigured',
      ['refused', 'SIGTERM'],
    ],
  ])('is put down for %s', async (_, act, cause, state, heard) => {
    const { manager, lamp } = lampThat(life([act]));
    await manager.until(lamp.waitFor(['backingOff', 'misconfigured']));
    expect(lamp.status).toMatchObject({ state, lastExit: { cause } });
    expect(manager.process('lamp').heard.map(({ what }) => what)).toEqual(heard);
  });

  it('can fail its init, ask for time for it, or never finish it', async () => {
    const failing = lampThat(life([registers(), failsInit('no address', { misconfigured: true })]));
    await failing.manager.settle();
    expect(failing.lamp.status).toMatchObject({ state: 'misconfigured', reason: /no address/ });

    const slow = lampThat(life([registers(), asksForTime(60_000), initialises({ after: 50_000 })]));
    await slow.manager.advance(50_000);
    expect(slow.lamp.status.state).toBe('ready');

    const stuck = lampThat(life([registers()]));
    await stuck.manager.advance(30_000);
    expect(stuck.lamp.status.lastExit).toMatchObject({ cause: 'init-timeout' });
  });

  it('becomes suspect when it hangs, and ready when it recovers', async () => {
    const { manager, lamp } = lampWith([hangs({ after: 500 }), recovers({ after: 9500 })]);
    await manager.advance(9000);
    expect(lamp.status.state).toBe('suspect');
    await manager.advance(1000);
    expect(lamp.status).toMatchObject({ state: 'ready', incarnation: 1 });
  });

  it('is put down when it hangs for long', async () => {
    const { manager, lamp } = lampThat([life([...healthy, hangs()]), life(healthy)]);
    await manager.advance(40_000);
    expect(lamp.status).toMatchObject({ state: 'ready', incarnation: 2, lastExit: { cause: 'hung' } });
  });

  it('can be deaf to whatever is to end it', async () => {
    const { manager, lamp } = lampWith([], { deafTo: ['stop', 'SIGTERM', 'SIGKILL'] });
    await manager.settle();
    lamp.disable();
    const steps = new Set([lamp.status.step]);
    for (let waited = 0; waited < 20; waited += 1) {
      await manager.advance(1000);
      steps.add(lamp.status.step);
    }
    expect([...steps]).toEqual(['asking', 'terminating', 'killing', 'stuck']);
    manager.process('lamp').does(exits('SIGKILL'));
    await manager.settle();
    expect(lamp.status).toMatchObject({ state: 'disabled', lastExit: { cause: 'stopped' } });
  });

  it('can take its time to end', async () => {
    const { manager, lamp } = lampWith([], { endsAfter: 300 });
    await manager.settle();
    lamp.disable();
    await manager.advance(299);
    expect(lamp.status).toMatchObject({ state: 'stopping', step: 'asking' });
    await manager.advance(1);
    expect(lamp.status.state).toBe('disabled');
  });

  it('can close its channel and live, say goodbye, or send what is no message', async () => {
    const mute = lampWith([closesChannel()]);
    await mute.manager.advance(1000);
    expect(mute.lamp.history[0]).toMatchObject({ cause: 'channel-closed', signal: 'SIGTERM' });

    const polite = lampThat([life([...healthy, unregisters(), exits(0)]), life(healthy)]);
    await polite.manager.settle();
    expect(polite.lamp.history[0]).toMatchObject({ cause: 'completed', code: 0 });

    const confused = lampWith([sends(['what?'])]);
    await confused.manager.settle();
    expect(confused.lamp.status).toMatchObject({ state: 'ready', discarded: { malformed: 1 } });

    const strange = lampWith([reports({ type: 'stop.answered' })]);
    await strange.manager.settle();
    expect(strange.lamp.status).toMatchObject({ state: 'ready', discarded: { unexpected: 1 } });
  });

  it('may not be found, fail to start, or start too slowly', async () => {
    const missing = lampThat(life([], { preparation: { after: 10, fails: 'no such file' } }));
    await missing.manager.advance(10);
    expect(missing.lamp.status).toMatchObject({ state: 'misconfigured', reason: 'no such file' });

    const sought = lampThat(life([], { preparation: 'never' }));
    await sought.manager.advance(10_000);
    expect(sought.lamp.status).toMatchObject({ state: 'backingOff', incarnation: 0 });

    const refused = lampThat(life([], { spawn: { after: 5, fails: { message: 'no', errno: 'ENOENT' } } }));
    await refused.manager.advance(5);
    expect(refused.lamp.status).toMatchObject({ state: 'misconfigured', lastExit: { pid: null } });

    const slow = lampThat(life(healthy, { spawn: { after: 6000 } }));
    await slow.manager.advance(5999);
    expect(slow.lamp.status).toMatchObject({ state: 'puttingDown', step: 'terminating' });
    await slow.manager.advance(1);
    expect(slow.lamp.status).toMatchObject({ state: 'backingOff', lastExit: { cause: 'spawn-timeout' } });
  });

  it.each(['takes', 'needsRestart', 'refuses'] as const)('%s a new config', async (configure) => {
    const { manager, lamp } = lampWith([], { configure });
    await manager.settle();
    lamp.update({ config: {} });
    await manager.settle();
    const { incarnation, reason } = lamp.status;
    expect({ incarnation, reason }).toEqual(
      {
        takes: { incarnation: 1, reason: null },
        needsRestart: { incarnation: 2, reason: null },
        refuses: { incarnation: 1, reason: expect.stringContaining('refuses its new config') },
      }[configure],
    );
  });
});

describe('a test manager', () => {
  it('says which modules it knows when another is added', async () => {
    const manager = createTestManager({ modules: { lamp: life(healthy) } });
    const fan = manager.add({ id: 'fan', module: 'fan.js' });
    await manager.settle();
    expect(fan.status).toMatchObject({
      state: 'misconfigured',
      reason: /no life for connection "fan".*there are: lamp/,
    });
  });

  it('turns the clock until a promise is settled, and says when nothing can settle it', async () => {
    const { manager, lamp } = lampThat((incarnation) => life(incarnation < 4 ? [exits(1)] : healthy));
    await manager.until(lamp.waitFor('ready'));
    expect(lamp.status.incarnation).toBe(4);
    lamp.disable();
    await manager.settle();
    await expect(manager.until(lamp.waitFor('ready'))).rejects.toThrow('no timer is left');
  });

  it('can be stopped like any other, when its clock is turned', async () => {
    const { manager, lamp } = lampWith([], { deafTo: ['stop'] });
    await manager.settle();
    await manager.until(manager.stop());
    expect(lamp.status).toMatchObject({ state: 'removed', lastExit: { signal: 'SIGTERM' } });
    expect(manager.clock.now()).toBe(1_005_000);
  });

  it('ends with the test, also what is only being started', async () => {
    const deaf = life([], { spawn: { after: 60_000 }, deafTo: ['stop', 'SIGTERM', 'SIGKILL'] });
    const { manager, lamp } = lampThat(deaf);
    await manager.settle();
    await manager[Symbol.asyncDispose]();
    expect(lamp.status.state).toBe('removed');
  });

  it('ends with the test, whatever its modules are deaf to', async () => {
    const { manager, lamp } = lampWith([], { deafTo: ['stop', 'SIGTERM', 'SIGKILL'] });
    await manager.settle();
    await manager[Symbol.asyncDispose]();
    expect(lamp.status.state).toBe('removed');
    expect(manager.status.state).toBe('stopped');
  });

  it('runs the README of the kit: a lamp that is ready after 20 ms', async () => {
    await using manager = createTestManager({
      modules: { lamp: life([registers({ after: 20 }), initialises()]) },
    });
    const lamp = manager.add({ id: 'lamp', module: 'modules/lamp.js' });
    await manager.advance(20);
    expect(lamp.status.state).toBe('ready');
  });
});
