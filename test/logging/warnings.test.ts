import { expect, it, onTestFinished, vi } from 'vitest';
import { harmless } from '../../src/companion/host/harmless.ts';
import type { CompanionManager, ManagerNews } from '../../src/companion/host/watchable.ts';
import { CompanionHost } from '../../src/companion/index.ts';
import { createManager } from '../../src/index.ts';

const rude = 'red \u001B[31m\u001B[2J\u009B0m\u202E end';
const control = /[^\P{Cc}\n]|\p{Bidi_Control}/u;

it('a warning of a manager repeats nothing of a module that could write over the terminal', async () => {
  const warnings = caught();
  const manager = createManager();
  manager.on('status', () => {
    throw new Error(rude);
  });
  manager.add({ id: rude, module: 'x.js', enabled: false });
  await manager.stop();
  expect(warnings[0]).toMatch(/^Connection "red .*end": Error: red .*end\n +at /);
  expect(warnings.join('')).not.toMatch(control);
});

it('a warning about a listener of a Companion module does not either', async () => {
  const warnings = caught();
  harmless(() => {
    throw new Error(rude);
  });
  harmless(() => Promise.reject(rude));
  await new Promise(setImmediate);
  expect(warnings).toHaveLength(2);
  expect(warnings.join('')).not.toMatch(control);
});

it('nor does one of a host', async () => {
  const warnings = caught();
  using host = new CompanionHost();
  let say: (message: ManagerNews['message']) => void = () => undefined;
  const on = (name: string, listener: typeof say): (() => void) => {
    if (name === 'message') say = listener;
    return () => undefined;
  };
  host.attach({ connections: [], on } as unknown as CompanionManager);
  say({ connection: rude, incarnation: 1, name: 'send-osc', payload: { port: rude, path: '/a' } });
  await vi.waitFor(() => expect(warnings).toEqual([expect.stringContaining('1 to 65535')]));
  expect(warnings.join('')).not.toMatch(control);
});

function caught(): string[] {
  const warnings: string[] = [];
  const spy = vi.spyOn(process, 'emitWarning').mockImplementation((text) => void warnings.push(String(text)));
  onTestFinished(() => spy.mockRestore());
  return warnings;
}
