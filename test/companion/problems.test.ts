import { expect, it, onTestFinished, vi } from 'vitest';
import { CompanionHost } from '../../src/companion/index.ts';
import type { CompanionManager } from '../../src/companion/host/watchable.ts';

const patience = { timeout: 10_000, interval: 5 };

it('What an app throws when it hears of a problem is a warning of the process, and what it places then is told', async () => {
  const warnings: string[] = [];
  const spy = vi.spyOn(process, 'emitWarning').mockImplementation((text) => void warnings.push(String(text)));
  onTestFinished(() => spy.mockRestore());
  const called: string[] = [];
  const lamp = {
    id: 'lamp',
    label: 'lamp',
    status: { state: 'ready' },
    call: (name: string) => {
      called.push(name);
      return Promise.reject(new Error('not today'));
    },
  };
  using host = new CompanionHost({
    onProblem: () => {
      throw new Error('the app is wrong');
    },
  });
  host.attach({ on: () => () => {}, get: () => lamp, connections: [lamp] } as unknown as CompanionManager);
  host.controls('lamp').place({ actions: { a: action('a') } });
  await vi.waitFor(() => expect(warnings).toHaveLength(1), patience);
  host.controls('lamp').place({ actions: { b: action('b') } });
  await vi.waitFor(() => expect(warnings).toHaveLength(2), patience);
  expect(called).toEqual(['updateActions', 'updateActions']);
  expect(warnings[1]).toContain('the app is wrong');
});

function action(id: string) {
  return { id, controlId: 'c1', actionId: 'echo', options: {}, upgradeIndex: null, disabled: false };
}
