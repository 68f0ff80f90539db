import { expect, it, onTestFinished, vi } from 'vitest';
import { type Announcer, type ConnectionStore, keepConnections } from '../../src/store/index.ts';

it.each([
  ['onKept', () => Promise.resolve()],
  ['onFailed', () => Promise.reject(new Error('no room'))],
] as const)('What an app throws in %s is a warning of the process, and ends nobody', async (name, set) => {
  const warnings: string[] = [];
  const spy = vi.spyOn(process, 'emitWarning').mockImplementation((text) => void warnings.push(String(text)));
  onTestFinished(() => spy.mockRestore());
  const listeners = new Map<string, (event: object) => void>();
  const manager = {
    on(event: string, listener: (event: object) => void) {
      listeners.set(event, listener);
      return () => undefined;
    },
  } as unknown as Announcer;
  keepConnections(manager, { set, get: () => undefined } as unknown as ConnectionStore, {
    [name]: () => {
      throw new Error('the app is wrong');
    },
  });
  listeners.get('configSaved')?.({ connection: 'lamp', config: {}, secrets: {} });
  await vi.waitFor(() =>
    expect(warnings).toEqual([
      'Connection "lamp": A listener of what is stored threw: Error: the app is wrong',
    ]),
  );
});
