import { readFileSync, readdirSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { startHost } from './hosts.ts';
import { lives, until } from './operating-system.ts';

async function startFamily(order: Parameters<typeof startHost>[0] = {}) {
  const host = await startHost({ module: 'has-children.js', ...order });
  const isList = ({ line }: { line?: string }): boolean => line?.startsWith('children ') ?? false;
  const { line = '' } = await host.said('the children', isList);
  const [inGroup, withoutEnvironment, ownSession] = line.split(' ').slice(1).map(Number) as [
    number,
    number,
    number,
  ];
  return { host, inGroup, withoutEnvironment, ownSession };
}

describe.runIf(process.platform === 'linux')('[F28]', () => {
  test('programs a module started end when the host is killed, those with a session of their own included, and so does the janitor', async () => {
    const { host, inGroup, withoutEnvironment, ownSession } = await startFamily();
    const [janitor, ...others] = janitorsOf(host.host.pid!);
    expect(others).toEqual([]);
    expect([inGroup, withoutEnvironment, ownSession].map(lives)).toEqual([true, true, true]);
    await host.kill();
    await until('all are gone', () => ![inGroup, withoutEnvironment, ownSession].some(lives), 5000);
    await until('the janitor is gone', () => !lives(janitor!), 5000);
  });

  test('programs a module started end when the host exits without a stop', async () => {
    const { host, inGroup, withoutEnvironment, ownSession } = await startFamily({ ending: 'exits' });
    expect(await host.exit).toEqual([7, null]);
    await until('all are gone', () => ![inGroup, withoutEnvironment, ownSession].some(lives), 5000);
  });

  test('programs in the group of a module are gone when its manager has stopped, and so is the janitor', async () => {
    const { host, inGroup, withoutEnvironment, ownSession } = await startFamily({ ending: 'stops' });
    await host.said('that it has stopped', ({ stopped }) => stopped === true);
    expect([inGroup, withoutEnvironment].filter(lives)).toEqual([]);
    expect(janitorsOf(host.host.pid!)).toEqual([]);
    process.kill(ownSession, 'SIGKILL');
  });

  test('a janitor that was killed is replaced when the next process starts', async () => {
    const policy = { backoff: { initial: 1 } };
    const { host } = await startFamily({ policy, guards: { parentDeathSignal: false } });
    const [janitor] = janitorsOf(host.host.pid!);
    process.kill(janitor!, 'SIGKILL');
    await until('the janitor is gone', () => janitorsOf(host.host.pid!).length === 0);
    const { pid } = await host.said('ready', ({ state }) => state === 'ready');
    process.kill(pid!, 'SIGKILL');
    await until('there is another', () => janitorsOf(host.host.pid!).length === 1);
    await host.kill();
    await host.nobodyIsLeft();
  });
});

function janitorsOf(host: number): number[] {
  const pids = readdirSync('/proc').map(Number).filter(Number.isInteger);
  return pids.filter((pid) => {
    try {
      const parent = readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ').at(-1)?.split(' ')[1];
      return (
        parent === String(host) && readFileSync(`/proc/${pid}/cmdline`, 'utf8').includes('greenroom-janitor')
      );
    } catch {
      // It ended meanwhile.
      return false;
    }
  });
}
