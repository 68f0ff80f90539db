import { describe, expect, it, onTestFinished } from 'vitest';
import { whyOf } from '../../src/dashboard/page/words.ts';
import { createHistory } from '../../src/history/history.ts';
import { createLastHour } from '../../src/history/last-hour.ts';
import { Ring } from '../../src/history/ring.ts';
import { summaryOf } from '../../src/history/told.ts';
import { Redaction } from '../../src/manager/redaction.ts';
import { createTestManager, initialises, life, registers, VirtualClock } from '../../src/testing/index.ts';

const minute = 60_000;

describe('the last hour', () => {
  it('has the worst of each minute, and what went on in minutes without news', () => {
    const hour = createLastHour();
    hour.become('ok', 0);
    hour.become('down', 10 * minute);
    hour.become('ok', 10 * minute + 1000);
    hour.become('troubled', 30 * minute);
    expect(hour.marks(31 * minute)).toBe(`${'.'.repeat(28)}${'o'.repeat(10)}d${'o'.repeat(19)}tt`);
    expect(hour.marks(69 * minute)).toBe(`d${'o'.repeat(19)}${'t'.repeat(40)}`);
    expect(hour.marks(1000 * minute)).toBe('t'.repeat(60));
  });

  it('begins anew when the clock is set back, but for a little', () => {
    const hour = createLastHour();
    hour.become('down', 180 * minute);
    hour.restarted(180 * minute);
    hour.become('ok', 181 * minute);
    expect(hour.marks(180 * minute).slice(-2)).toBe('dd');
    expect(hour.marks(minute)).toBe(`${'.'.repeat(59)}o`);
    hour.restarted(minute);
    hour.become('troubled', 3 * minute);
    expect(hour.marks(4 * minute)).toBe(`${'.'.repeat(56)}oott`);
    expect(hour.restarts(4 * minute)).toBe(1);
  });

  it('counts starts until an hour after them', () => {
    const hour = createLastHour();
    hour.restarted(5 * minute);
    hour.restarted(5 * minute + 10);
    hour.restarted(40 * minute);
    expect(hour.restarts(64 * minute)).toBe(3);
    expect(hour.restarts(65 * minute)).toBe(1);
    expect(hour.restarts(500 * minute)).toBe(0);
  });
});

describe('the record of a connection', () => {
  it('knows its last hour from the moment on since which it is as it is, however late it was looked at', async () => {
    const manager = createTestManager({
      modules: {},
      clock: new VirtualClock(Date.now() - 30 * minute),
    });
    onTestFinished(() => manager[Symbol.asyncDispose]());
    manager.add({ id: 'spare', module: 'x.js', enabled: false });
    const history = createHistory(manager);
    onTestFinished(() => history.end());
    const marks = history.records().get('spare')?.lastHour.marks(Date.now());
    expect(marks).toMatch(/^\.{28,29}-{31,32}$/);
  });
});

describe('a connection that refuses its new config', () => {
  it('is troubled and says why, in its summary and in its timeline, until it gets another', async () => {
    const module = life([registers(), initialises()], { configure: 'refuses' });
    const manager = createTestManager({ modules: { lamp: module } });
    onTestFinished(() => manager[Symbol.asyncDispose]());
    const lamp = manager.add({ id: 'lamp', module: 'x.js' });
    const history = createHistory(manager);
    onTestFinished(() => history.end());
    await manager.until(lamp.waitFor('ready'));
    const record = history.records().get('lamp')!;
    const summary = () => summaryOf(record, (text) => text);
    expect(summary().health).toBe('ok');
    lamp.update({ config: { port: 99_999 } });
    await manager.settle();
    const { reason } = lamp.status;
    expect(reason).toMatch(/^refuses its new config: ./);
    expect(summary()).toMatchObject({ status: { state: 'ready' }, health: 'troubled' });
    expect(whyOf(summary())).toBe(reason);
    expect(record.timeline.all.at(-1)).toMatchObject({ state: 'ready', health: 'troubled', text: reason });
    lamp.update({ config: { port: 1 } });
    expect(summary().health).toBe('ok');
  });
});

describe('a ring', () => {
  it('keeps the newest by number and by weight, and knows what it lost', () => {
    const ring = new Ring<{ text: string }>(3, { weigh: ({ text }) => text.length, heaviest: 10 });
    for (const text of ['a', 'b', 'c', 'd']) ring.push({ text });
    expect(ring.all.map(({ text }) => text)).toEqual(['b', 'c', 'd']);
    expect(ring.after(3)).toEqual([{ text: 'd', seq: 4 }]);
    expect(ring.after(0)[0]?.seq).toBe(2);
    expect(ring.after(4)).toEqual([]);
    ring.push({ text: 'e'.repeat(9) });
    expect(ring.all.map(({ seq }) => seq)).toEqual([4, 5]);
    ring.push({ text: 'f'.repeat(100) });
    expect(ring.all.map(({ seq }) => seq)).toEqual([6]);
  });

  it('does not grow, however much comes', () => {
    const ring = new Ring<{ number: number }>(10);
    for (let number = 1; number <= 10_000; number++) {
      ring.push({ number });
      expect(ring.all.length).toBeLessThanOrEqual(10);
    }
    expect(ring.all.map(({ seq }) => seq)).toEqual([
      9991, 9992, 9993, 9994, 9995, 9996, 9997, 9998, 9999, 10_000,
    ]);
    expect(ring.last).toBe(10_000);
  });
});

describe('a redaction', () => {
  it('strikes out the longest first, whole lines too, and leaves what is too short to be one', () => {
    const redaction = new Redaction();
    redaction.hide({ a: 'abcd', b: 'abcdef', c: ['x', 1234], d: 'first line\nsecond line' });
    expect(redaction.redact('abcdefg abcd x 12345 second line')).toBe(
      '[secret]g [secret] x [secret]5 [secret]',
    );
  });

  it('takes characters of patterns as they are', () => {
    const redaction = new Redaction();
    redaction.hide(['a.c(d]+$', String.raw`back\slash`]);
    expect(redaction.redact(String.raw`a.c(d]+$ aXc(d] back\slash`)).toBe('[secret] aXc(d] [secret]');
  });

  it('hides the secrets in use, however many texts they have and however many processes there were', () => {
    const redaction = new Redaction();
    const lines = Array.from({ length: 1500 }, (_, index) => `line-${index}-of-the-key`);
    redaction.hide({ pin: 'hunter2-secret', key: lines.join('\n') });
    for (let incarnation = 1; incarnation <= 2000; incarnation++) redaction.hideToken(`token-${incarnation}`);
    expect(redaction.redact(`hunter2-secret ${lines[0]} ${lines[1499]} token-2000`)).toBe(
      '[secret] [secret] [secret] [secret]',
    );
  });

  it('goes on hiding the secrets that were in use before', () => {
    const redaction = new Redaction();
    redaction.hide({ pin: 'the-first-pin' });
    redaction.hide({ pin: 'the-second-pin' });
    expect(redaction.redact('the-first-pin, the-second-pin')).toBe('[secret], [secret]');
  });

  it('strikes out a secret of any length', () => {
    const redaction = new Redaction();
    const key = 'a line of it, '.repeat(10_000);
    redaction.hide({ pin: '1234', key });
    expect(redaction.redact(`pin 1234, key ${key}`)).toBe('pin [secret], key [secret]');
  });

  it('leaves a text as it is when there is nothing to hide', () => {
    expect(new Redaction().redact('all well')).toBe('all well');
  });
});
