import { PassThrough } from 'node:stream';
import { expect, test } from 'vitest';
import { defaultChannelLimits } from '../../src/ipc/channel.ts';
import type { DroppedOutput } from '../../src/process/dropped-output.ts';
import { defaultProcessLimits, type OutputLimits, type OutputLine } from '../../src/process/host.ts';
import { collectOutput } from '../../src/process/output.ts';
import { VirtualClock } from '../../src/testing/virtual-clock.ts';
import { fixture, start } from './incarnation-kit.ts';

function collect(limits: Partial<OutputLimits> = {}) {
  const clock = new VirtualClock();
  const lines: OutputLine[] = [];
  const dropped: DroppedOutput[] = [];
  const output = collectOutput({
    clock,
    limits: { ...defaultProcessLimits, outputBurstSeconds: 1, lastWordsBytes: 1024, ...limits },
    onLine: (line) => lines.push(line),
    onDropped: (count) => dropped.push(count),
  });
  const [stdout, stderr] = [new PassThrough(), new PassThrough()];
  output.read('stdout', stdout);
  output.read('stderr', stderr);
  return { clock, lines, dropped, output, stdout, stderr, texts: () => lines.map((line) => line.text) };
}

test('bytes become lines at once, wherever chunks begin and end', () => {
  const { stdout, texts } = collect();
  const bytes = Buffer.from('übermorgen\r\n\n🎛 ready\n');
  for (const byte of bytes) stdout.write(Buffer.of(byte));
  expect(texts()).toEqual(['übermorgen', '', '🎛 ready']);
});

test('both streams are told apart and remembered in order of arrival; colours are left alone', () => {
  const { stdout, stderr, lines, output } = collect();
  stdout.write('one\ntw');
  stderr.write('\u001b[31mred\u001b[0m\n');
  stdout.write('o\n');
  expect(lines.map((line) => line.stream)).toEqual(['stdout', 'stderr', 'stdout']);
  expect(output.lastWords()).toEqual(['one', '\u001b[31mred\u001b[0m', 'two']);
});

test('[F38] bytes that are no UTF-8 are replaced', () => {
  const { stdout, texts } = collect();
  stdout.write(Buffer.from([0xff, 0xfe, 0x00, 0x41, 0x0a]));
  expect(texts()).toEqual(['\ufffd\ufffd\0A']);
});

test('[F38] a line without an end is cut at 8 KiB, never through a character', () => {
  const { stdout, texts, output } = collect({ lastWordsBytes: 64 * 1024 });
  const text = `x${'é'.repeat(10_000)}`;
  stdout.write(text);
  output.end();
  expect(texts().map((line) => Buffer.byteLength(line))).toEqual([8191, 8192, 3618]);
  expect(texts().join('')).toBe(text);
  expect(output.lastWords()).toEqual(texts());
});

test('[F38] endless binary output stays bounded', () => {
  const { stdout, output, texts } = collect({ outputLinesPerSecond: 10, lastWordsBytes: 4096 });
  for (let index = 0; index < 200; index += 1) stdout.write(Buffer.alloc(65_536, index));
  expect(texts().length).toBeLessThanOrEqual(10);
  expect(Buffer.byteLength(output.lastWords().join('\n'))).toBeLessThanOrEqual(3 * 4096);
});

test('the last unfinished line is passed on at the end, and what comes later is ignored', () => {
  const { stdout, texts, output } = collect();
  stdout.write('almost');
  expect(texts()).toEqual([]);
  output.end();
  output.end();
  stdout.write(' too late\n');
  expect(texts()).toEqual(['almost']);
  expect(output.lastWords()).toEqual(['almost']);
});

test('[F37] lines beyond the rate are dropped, counted in one notice per second, and still remembered', () => {
  const { clock, stdout, texts, dropped, output } = collect({ outputLinesPerSecond: 2 });
  stdout.write('1\n2\n3\n4\n');
  stdout.write('5\n');
  expect(texts()).toEqual(['1', '2']);
  expect(dropped).toEqual([]);
  clock.advance(1000);
  expect(dropped).toEqual([{ lines: 3, bytes: 6 }]);
  stdout.write('6\n7\n8\n');
  expect(texts()).toEqual(['1', '2', '6', '7']);
  output.end();
  expect(dropped).toEqual([
    { lines: 3, bytes: 6 },
    { lines: 1, bytes: 2 },
  ]);
  expect(output.lastWords()).toEqual(['1', '2', '3', '4', '5', '6', '7', '8']);
  expect(clock.pending).toBe(0);
});

test('[F37] bytes have a rate of their own: few lines that are long are dropped too', () => {
  const { clock, stdout, texts, dropped } = collect({ outputBytesPerSecond: 100 });
  const line = `${'x'.repeat(59)}\n`;
  stdout.write(line.repeat(4));
  expect(texts()).toHaveLength(2);
  clock.advance(1000);
  expect(dropped).toEqual([{ lines: 2, bytes: 120 }]);
  stdout.write(line);
  expect(texts()).toHaveLength(3);
});

test('[F37] after a silence a burst passes whole, and what follows at once is dropped', () => {
  const { clock, stdout, texts } = collect({ outputLinesPerSecond: 2, outputBurstSeconds: 5 });
  stdout.write('a stack\n'.repeat(12));
  expect(texts()).toHaveLength(10);
  clock.advance(60_000);
  stdout.write('a stack\n'.repeat(12));
  expect(texts()).toHaveLength(20);
});

test('[F37] a flood on stdout hides nothing on stderr', () => {
  const { stdout, stderr, texts } = collect({ outputLinesPerSecond: 2 });
  stdout.write('noise\n'.repeat(100));
  stderr.write('and here is why\n');
  expect(texts()).toEqual(['noise', 'noise', 'and here is why']);
});

test('[F37] whoever writes faster than is read waits for a moment, on both streams', () => {
  const { clock, stdout, stderr, output } = collect({ outputReadBytesPerSecond: 10_000 });
  stdout.write('x'.repeat(200));
  expect(stdout.isPaused()).toBe(false);
  stderr.write('x'.repeat(500));
  expect([stdout.isPaused(), stderr.isPaused()]).toEqual([true, true]);
  clock.advance(50);
  expect([stdout.isPaused(), stderr.isPaused()]).toEqual([false, false]);
  stdout.write('x'.repeat(5000));
  expect(stdout.isPaused()).toBe(true);
  // Its process is gone: what it left is read without making anybody wait.
  output.finish();
  expect([stdout.isPaused(), clock.pending]).toEqual([false, 0]);
  stdout.write('x'.repeat(5000));
  expect(stdout.isPaused()).toBe(false);
});

test('without limits everything passes, and nobody waits', () => {
  const { stdout, texts } = collect({
    outputLinesPerSecond: Infinity,
    outputBytesPerSecond: Infinity,
    outputReadBytesPerSecond: Infinity,
  });
  for (let index = 0; index < 100; index += 1) stdout.write('line\n'.repeat(1000));
  expect(texts()).toHaveLength(100_000);
  expect(stdout.isPaused()).toBe(false);
});

test('last words are whole lines within their limit', () => {
  const { stdout, output } = collect({ lastWordsBytes: 20 });
  for (let index = 0; index < 1000; index += 1) stdout.write(`line ${index}\n`);
  expect(output.lastWords()).toEqual(['line 998', 'line 999']);
});

test('[F37] a process that writes 33 MB at once is not held up, and its last words are kept', async () => {
  const { saw, record } = start(fixture('floods-stdout.js'), {
    limits: { ...defaultChannelLimits, ...defaultProcessLimits, outputBurstSeconds: 1 },
  });
  const started = (await saw('process.spawned')).at;
  const exit = await saw('process.exited');
  const seconds = (exit.at - started) / 1000;
  expect(exit.code).toBe(0);
  expect(exit.lastWords.slice(-2).map((line) => line.replaceAll('.', ''))).toEqual(['329999', 'goodbye']);
  expect(exit.lastWords.join('\n').length).toBeLessThanOrEqual(65_536);
  expect(exit.lastWords.length).toBeGreaterThan(600);
  expect(record.lines.length).toBeLessThanOrEqual(200 * (seconds + 1));
  const droppedLines = record.dropped.reduce((sum, lines) => sum + lines, 0);
  expect(record.lines.length + droppedLines).toBe(330_001);
});

test('[F37] what a process that had to wait wrote last is read after its end', async () => {
  const { saw, record } = start(fixture('floods-stdout.js', { env: { LINES: '12000' } }), {
    limits: { ...defaultChannelLimits, ...defaultProcessLimits, outputReadBytesPerSecond: 2_000_000 },
  });
  const exit = await saw('process.exited');
  expect(exit.lastWords.at(-1)).toBe('goodbye');
  expect(record.lines.length + record.dropped.reduce((sum, lines) => sum + lines, 0)).toBe(12_001);
});
