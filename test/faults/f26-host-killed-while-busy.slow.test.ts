import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, onTestFinished, test } from 'vitest';
import { startHost, type HostOrder } from './hosts.ts';
import { until } from './operating-system.ts';

const kernel = { by: 'the kernel alone', guards: { parentDeathSignal: true, janitor: false } };
const janitor = { by: 'the janitor alone', guards: { parentDeathSignal: false, janitor: true } };
const watchdog = { by: 'its watchdog alone', guards: { parentDeathSignal: false, janitor: false } };

const ours = { module: 'keeps-its-event-loop-busy.js' };
const companions = { companion: 'companion-keeps-busy' };

const phases = ['importing', 'initialising', 'ready'] as const;
const cases = phases.flatMap((phase) => [
  { phase, whose: 'of our own', module: ours, ...kernel },
  { phase, whose: 'of our own', module: ours, ...janitor },
  { phase, whose: 'on an unmodified SDK', module: companions, ...kernel },
  { phase, whose: 'on an unmodified SDK', module: companions, ...janitor },
  // Its thread starts when the module has registered.
  ...(phase === 'importing' ? [] : [{ phase, whose: 'of our own', module: ours, ...watchdog }]),
]);

async function killWhenBusy(order: HostOrder) {
  const host = await startHost(order);
  await host.said('that the module is busy', ({ line }) => line === 'busy');
  expect(host.processes()).toHaveLength(1);
  await host.kill();
  await host.nobodyIsLeft();
}

describe.runIf(process.platform === 'linux')('[F26]', () => {
  test.each(cases)(
    'a module $whose that is busy while $phase ends when its host is killed, by $by',
    ({ phase, module, guards }) => killWhenBusy({ ...module, guards, env: { BUSY_WHILE: phase } }),
  );

  test.each(
    (['spawning', 'registering'] as const).flatMap((state) => [
      { state, ...kernel },
      { state, ...janitor },
    ]),
  )(
    'a process whose host is killed in the turn in which it is $state ends, by $by',
    async ({ state, guards }) => {
      const ending = `is killed while ${state}`;
      const host = await startHost({ ...ours, guards, ending, env: { BUSY_WHILE: 'importing' } });
      expect(await host.exit).toEqual([null, 'SIGKILL']);
      await host.nobodyIsLeft();
    },
  );

  test('a process whose host is killed before it could ask for the parent-death signal ends too, by the janitor', async () => {
    const { path, file } = falseSetpriv('while kill -0 $PPID 2>/dev/null; do sleep 0.01; done');
    const host = await startHost({ ...ours, path, env: { FALSE_SETPRIV: file } });
    await until('the process is about to ask for the signal', () => host.processes().length === 1);
    await host.kill();
    await host.nobodyIsLeft();
  });

  test('a first process whose host is killed in the moment of its start ends too, by the janitor', async () => {
    const { path, file } = falseSetpriv('kill -s KILL $PPID');
    const host = await startHost({ ...ours, path, env: { FALSE_SETPRIV: file } });
    expect(await host.exit).toEqual([null, 'SIGKILL']);
    await host.nobodyIsLeft();
  });
});

/** A `setpriv` that does something else first, and then, without the signal, becomes a program that keeps busy. */
function falseSetpriv(first: string) {
  const folder = mkdtempSync(join(tmpdir(), 'greenroom-f26-'));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  const file = join(folder, 'setpriv');
  const lines = [
    '#!/bin/sh',
    '[ -n "$FALSE_SETPRIV" ] || exit 0',
    first,
    `BUSY_WHILE=importing exec "${process.execPath}" "$5"`,
  ];
  writeFileSync(file, `${lines.join('\n')}\n`, { mode: 0o755 });
  return { file, path: `${folder}:${process.env['PATH'] ?? ''}` };
}
