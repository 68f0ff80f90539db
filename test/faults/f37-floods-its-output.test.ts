import { expect, test } from 'vitest';
import { defaultProcessLimits, type ManagerEvents } from '../../src/index.ts';
import { createStage } from './manager.ts';

test('[F37] a module that floods its output is read no faster than allowed, told of once a second, and heard to its last words', async () => {
  await using stage = createStage({ policy: { restart: 'temporary', heartbeat: { interval: 300 } } });
  const quiet = stage.add('healthy.js');
  const flooder = stage.add('floods-its-output.js');
  const notices: ManagerEvents['outputDropped'][] = [];
  stage.manager.on('outputDropped', (notice) => notices.push(notice));
  await Promise.all([quiet.waitFor('ready'), flooder.waitFor('ready')]);
  const memory = process.memoryUsage.rss();
  const began = performance.now();
  flooder.notify('flood', { milliseconds: 3500, words: 'and these are my last words' });

  let most = 0;
  while (flooder.status.state !== 'failed') {
    expect(await quiet.call('echo', 'still here')).toBe('still here');
    most = Math.max(most, process.memoryUsage.rss());
  }
  const seconds = (performance.now() - began) / 1000;
  const { lastExit } = flooder.status;
  expect(lastExit).toMatchObject({ code: 1, cause: 'exit-code' });
  expect(lastExit?.lastWords.at(-1)).toBe('and these are my last words');
  expect(lastExit?.lastWords.join('\n').length).toBeLessThanOrEqual(defaultProcessLimits.lastWordsBytes);

  // As fast as it could it would have written some hundred MB.
  const dropped = notices.reduce((sum, { bytes }) => sum + bytes, 0);
  expect(dropped).toBeGreaterThan(1_000_000);
  expect(dropped).toBeLessThan(defaultProcessLimits.outputReadBytesPerSecond * (seconds + 0.5));
  // One for each second, and one at its end.
  expect(notices.length).toBeLessThanOrEqual(Math.ceil(seconds) + 1);
  const { outputLinesPerSecond, outputBurstSeconds } = defaultProcessLimits;
  expect(stage.journal.output.length).toBeLessThanOrEqual(
    outputLinesPerSecond * (seconds + outputBurstSeconds),
  );
  // It grows by some 50 MB of garbage and code, however long that goes on; what was read, 120 MB on a machine that isn't busy, isn't kept.
  expect(most - memory).toBeLessThan(80_000_000);
  // It waited for moments only: its event loop went on turning.
  expect(stage.journal.states(flooder.id)).not.toContain('suspect');
});
