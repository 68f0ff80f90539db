import { expect, it } from 'vitest';
import { recordActions } from '../../src/companion/index.ts';
import type {
  CompanionConnection,
  CompanionManager,
  ManagerNews,
} from '../../src/companion/host/watchable.ts';

it('a full recording still lets an action take the place of another, and counts the others', async () => {
  const { manager, done } = played();
  const recording = await recordActions(manager, 'lamp');
  done({ actionId: 'fade', uniquenessId: 'fader', options: { level: 0 } });
  for (let times = 1; times < 10_000; times++) done({ actionId: 'push' });
  done({ actionId: 'push' });
  done({ actionId: 'fade', uniquenessId: 'fader', options: { level: 9 } });
  expect([recording.actions.length, recording.lost]).toEqual([10_000, 1]);
  expect(recording.actions[0]).toMatchObject({ actionId: 'fade', options: { level: 9 } });
});

it('a recording takes so many bytes and no more', async () => {
  const { manager, done } = played();
  const recording = await recordActions(manager, 'lamp');
  const long = { actionId: 'say', uniquenessId: 'text', options: { text: 'x'.repeat(40 * 2 ** 20) } };
  done(long);
  done(long);
  done({ ...long, uniquenessId: 'other' });
  done({ actionId: 'push' });
  expect(recording.actions.map(({ actionId }) => actionId)).toEqual(['say', 'push']);
  expect(recording.lost).toBe(1);
});

it('to stop the recording of a connection that was removed rejects, and ends it', async () => {
  const { manager, done, remove } = played();
  const recording = await recordActions(manager, 'lamp');
  remove();
  const stopped = recording.stop();
  await expect(stopped).rejects.toThrow('there is no lamp');
  done({ actionId: 'push' });
  expect(recording.actions).toEqual([]);
});

function played() {
  const listeners = new Set<(message: ManagerNews['message']) => void>();
  let isThere = true;
  const manager = {
    on(name: string, listener: (message: ManagerNews['message']) => void) {
      if (name === 'message') listeners.add(listener);
      return () => void listeners.delete(listener);
    },
    get() {
      if (!isThere) throw new Error('there is no lamp');
      return { call: async () => undefined } as unknown as CompanionConnection;
    },
  } as unknown as CompanionManager;
  const done = (payload: object): void => {
    for (const listener of listeners)
      listener({ connection: 'lamp', incarnation: 1, name: 'recordAction', payload });
  };
  return { manager, done, remove: () => void (isThere = false) };
}
