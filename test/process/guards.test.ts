import { expect, test } from 'vitest';
import { nodeModule, type ModulePermissions } from '../../src/index.ts';
import { createGuards } from '../../src/process/guards.ts';
import { fixture } from '../faults/manager.ts';

type Permissions = ModulePermissions | 'off';

const withoutSignal = { parentDeathSignal: false, janitor: false };

async function watchdogAfter(...permissions: Permissions[]): Promise<string> {
  const guards = createGuards(withoutSignal);
  for (const each of permissions) {
    const module = nodeModule({ path: fixture('healthy.js'), permissions: each });
    const launch = await module.prepare({ connectionId: 'lamp', signal: new AbortController().signal });
    guards.guard(launch, {});
  }
  return guards.status.watchdog;
}

test('the watchdog is active while every module that was started may have threads, and partial from the first on that may not', async () => {
  expect(await watchdogAfter()).toBe('active');
  expect(await watchdogAfter({ worker: true }, 'off')).toBe('active');
  expect(await watchdogAfter({ worker: false }, { worker: true })).toBe('partial');
});

test('a program that is no Node is not asked for permissions', () => {
  const guards = createGuards(withoutSignal);
  guards.guard({ file: '/bin/sh', args: ['-c', ':'], cwd: '/' }, {});
  expect(guards.status.watchdog).toBe('active');
});
