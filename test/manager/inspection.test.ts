import type { InspectionEvent } from 'xstate';
import { describe, expect, it, onTestFinished } from 'vitest';
import type { GreenroomError } from '../../src/index.ts';
import { createTestManager, initialises, life, registers } from '../../src/testing/index.ts';

const modules = { lamp: life([registers(), initialises()]), desk: life([registers(), initialises()]) };

describe('the option inspect', () => {
  it('tells an observer what the actors of all connections do, from their creation on', async () => {
    const seen: InspectionEvent[] = [];
    await using manager = createTestManager({ modules, inspect: { next: (event) => void seen.push(event) } });
    const lamp = manager.add({ id: 'lamp', module: 'lamp.js' });
    const desk = manager.add({ id: 'desk', module: 'desk.js' });
    await manager.until(Promise.all([lamp.waitFor('ready'), desk.waitFor('ready')]));
    expect(seen[0]).toMatchObject({ type: '@xstate.actor', actorRef: { id: 'lamp' } });
    const events = seen.filter((each) => each.type === '@xstate.event');
    const ofLamp = events.filter(({ actorRef }) => actorRef === lamp.actor).map(({ event }) => event.type);
    expect(ofLamp).toEqual(expect.arrayContaining(['enable', 'process.spawned', 'module.initialised']));
    expect(new Set(seen.map(({ rootId }) => rootId)).size).toBe(2);
  });

  it('tells once that an observer throws, and no connection notices', async () => {
    let calls = 0;
    const problems: { connection: string | null; error: unknown }[] = [];
    await using manager = createTestManager({
      modules,
      inspect() {
        calls += 1;
        throw new Error('no more paper');
      },
    });
    manager.on('problem', (problem) => problems.push(problem));
    const lamp = manager.add({ id: 'lamp', module: 'lamp.js' });
    await manager.until(lamp.waitFor('ready'));
    lamp.disable();
    await manager.until(lamp.waitFor('disabled'));
    expect(lamp.history.map(({ cause }) => cause)).toEqual(['stopped']);
    expect(calls).toBeGreaterThan(20);
    expect(problems).toHaveLength(1);
    expect(problems[0]).toMatchObject({ connection: 'lamp', error: { code: 'INSPECTOR_FAILED' } });
    const { message, cause } = problems[0]!.error as GreenroomError;
    expect(message).toContain('threw at an event of connection "lamp": no more paper.');
    expect(cause).toMatchObject({ message: 'no more paper' });
  });

  it('survives an observer that rejects, and warns where nobody listens to problems', async () => {
    const warnings: Error[] = [];
    const warn = (warning: Error): number => warnings.push(warning);
    process.on('warning', warn);
    onTestFinished(() => void process.off('warning', warn));
    await using manager = createTestManager({
      modules,
      inspect: { next: () => Promise.reject(new Error('too late')) as unknown as void },
    });
    const lamp = manager.add({ id: 'lamp', module: 'lamp.js' });
    await manager.until(lamp.waitFor('ready'));
    const told = (): Error[] => warnings.filter(({ message }) => message.includes('too late'));
    await expect.poll(() => told().map(({ name }) => name)).toEqual(['GreenroomWarning']);
  });

  it('takes orders that an observer gives for what they are', async () => {
    let isDone = false;
    await using manager = createTestManager({
      modules,
      inspect(event) {
        if (isDone || event.type !== '@xstate.event' || event.event.type !== 'module.initialised') return;
        isDone = true;
        manager.get('lamp').disable();
      },
    });
    const lamp = manager.add({ id: 'lamp', module: 'lamp.js' });
    await manager.until(lamp.waitFor('disabled'));
    expect(lamp.history.map(({ cause }) => cause)).toEqual(['stopped']);
  });
});
