import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { afterEach, describe, expect, onTestFinished, test } from 'vitest';
import { systemClock } from '../../src/clock.ts';
import { createGroupUsage } from '../../src/process/group-usage.ts';
import { createSampler, type Sample } from '../../src/process/sampler.ts';
import { identify } from '../../src/process/signals.ts';

const children: ChildProcess[] = [];
const patient = { timeout: 10_000 };

afterEach(async () => {
  for (const child of children.splice(0)) {
    if (child.exitCode !== null || child.signalCode !== null) continue;
    process.kill(-child.pid!, 'SIGKILL');
    await once(child, 'exit');
  }
});

/** A process with a group of its own. */
function start(script: string): number {
  const child = spawn('/bin/sh', ['-c', script], { detached: true, stdio: 'ignore' });
  children.push(child);
  return child.pid!;
}

describe.runIf(process.platform === 'linux')('what a process uses', () => {
  test('is what its whole group uses', async () => {
    const groups = createGroupUsage();
    const [alone, withOthers] = [
      identify(start('exec sleep 100')),
      identify(start('sleep 100 & sleep 100 & wait')),
    ];
    const grown = (): boolean => {
      const usages = groups.look([alone, withOthers]);
      return (usages.get(withOthers)?.rss ?? 0) > 2 * (usages.get(alone)?.rss ?? Infinity);
    };
    await expect.poll(grown, patient).toBe(true);
  });

  test('counts processor time from the second look on, also of processes that were not there before', async () => {
    const groups = createGroupUsage();
    const busy = identify(start('while true; do :; done & wait'));
    const idle = identify(start('sleep 100'));
    expect(groups.look([busy, idle]).get(busy)?.used).toBeNull();
    const used = { busy: 0, idle: 0 };
    await expect
      .poll(() => {
        const usages = groups.look([busy, idle]);
        used.busy += usages.get(busy)?.used ?? 0;
        used.idle += usages.get(idle)?.used ?? 0;
        return used.busy;
      }, patient)
      .toBeGreaterThan(100);
    expect(used.idle).toBeLessThan(used.busy / 2);
  });

  test('is not looked for in a stranger that has its number', () => {
    const groups = createGroupUsage();
    const identity = identify(start('sleep 100'));
    expect(groups.look([identity]).size).toBe(1);
    expect(groups.look([{ ...identity, startTime: '1' }]).size).toBe(0);
  });
});

describe.runIf(process.platform === 'linux')('the sampler', () => {
  test('looks at all of its processes at once, as often as the hastiest wants, and rests when there is none', async () => {
    const sampler = createSampler(systemClock);
    const timers = () => process.getActiveResourcesInfo().filter((name) => name === 'Timeout').length;
    const before = timers();
    const samples: Record<'hasty' | 'slow', Sample[]> = { hasty: [], slow: [] };
    const watch = (name: 'hasty' | 'slow', interval: number) =>
      sampler.watch(start('sleep 100'), {
        interval,
        onSample: (sample) => {
          samples[name].push(sample);
          return 'later';
        },
      });
    const ends = [watch('slow', 60_000), watch('hasty', 10)];
    onTestFinished(() => ends.forEach((end) => end()));
    await expect.poll(() => samples.hasty.length, patient).toBeGreaterThan(3);
    expect(samples.slow.length).toBe(samples.hasty.length);
    expect(samples.hasty.map(({ cpu }) => cpu === null).slice(0, 2)).toEqual([true, false]);
    for (const end of ends) end();
    expect(timers()).toBeLessThanOrEqual(before);
  });

  test('looks sooner when it is asked to', async () => {
    const sampler = createSampler(systemClock);
    let looks = 0;
    const end = sampler.watch(start('sleep 100'), {
      interval: 300,
      onSample: () => ((looks += 1) > 8 ? 'later' : 'soon'),
    });
    onTestFinished(end);
    const began = performance.now();
    await expect.poll(() => looks, patient).toBeGreaterThan(8);
    // At its ordinary pace it would take 2.7 s.
    expect(performance.now() - began).toBeLessThan(2600);
  });
});
