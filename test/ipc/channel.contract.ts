import { setImmediate as nextTurn } from 'node:timers/promises';
import { afterEach, describe, expect, test } from 'vitest';
import { defaultChannelLimits, type Json } from '../../src/ipc/channel.ts';
import type { Open, OpenOptions, Pair } from './pairs.ts';
import { Recorder, until } from './recorder.ts';
import { uncaughtErrors } from './uncaught-errors.ts';

export interface Implementation {
  readonly open: Open;
  /** Its own limits apply to what comes in; false where both ends share theirs, so that nothing too large can be sent. */
  readonly limitsInbound: boolean;
}

const manyNumbers = Array.from({ length: 500 }, (_, number) => number);
const sends = (messages: readonly Json[]): { send: Json }[] => messages.map((send) => ({ send }));

/** What every channel does, whatever carries it. */
export function describeChannel(name: string, { open, limitsInbound }: Implementation): void {
  describe(name, () => {
    const pairs: Pair[] = [];

    async function pair(options?: OpenOptions): Promise<Pair & { recorder: Recorder }> {
      const opened = await open(options);
      pairs.push(opened);
      return { ...opened, recorder: new Recorder() };
    }

    async function started(options?: OpenOptions): Promise<Pair & { recorder: Recorder }> {
      const opened = await pair(options);
      opened.near.start(opened.recorder);
      return opened;
    }

    afterEach(async () => {
      for (const { near, far } of pairs.splice(0)) {
        near.close();
        await far.end();
      }
    });

    describe('messages', () => {
      test('arrive in the order they were sent, both ways', async () => {
        const { near, far, recorder } = await started();
        for (const number of manyNumbers) near.send(number);
        await far.act(...sends(manyNumbers));
        await until(() => far.heard.length === 500 && recorder.messages.length === 500);
        expect(far.heard).toEqual(manyNumbers);
        expect(recorder.messages).toEqual(manyNumbers);
      });

      test('of every JSON type arrive as they are', async () => {
        const all: Json[] = [
          '',
          'text',
          0,
          -1.5,
          1e300,
          true,
          false,
          null,
          [],
          [null, [1]],
          {},
          { a: { b: [] } },
        ];
        const { near, far, recorder } = await started();
        for (const message of all) near.send(message);
        await far.act(...sends(all));
        await until(() => far.heard.length === all.length && recorder.messages.length === all.length);
        expect(far.heard).toEqual(all);
        expect(recorder.messages).toEqual(all);
      });

      test('with any characters arrive whole, both ways', async () => {
        const message = {
          text: 'line\nbreak \r\n \u2028 \0 "quoted" \\ ü 漢字 👩‍👩‍👧 \ud800',
          'kéy\n': '\uFFFD',
        };
        const { near, far, recorder } = await started();
        near.send(message);
        await far.act({ send: message });
        await until(() => far.heard.length === 1 && recorder.messages.length === 1);
        expect(far.heard).toEqual([message]);
        expect(recorder.messages).toEqual([message]);
      });

      test('of megabytes arrive whole, both ways', async () => {
        const message = 'ä漢👍x'.repeat(300_000);
        const { near, far, recorder } = await started();
        near.send(message);
        await until(() => far.heard.length === 1);
        await far.act({ send: message });
        await until(() => recorder.messages.length === 1);
        expect(far.heard[0] === message).toBe(true);
        expect(recorder.messages[0] === message).toBe(true);
      });

      test('with keys of Object’s prototype are data and nothing else', async () => {
        const message = JSON.parse('{"__proto__":{"polluted":1},"toString":2,"hasOwnProperty":3}') as Json;
        const { near, far, recorder } = await started();
        near.send(message);
        await far.act({ send: message });
        await until(() => far.heard.length === 1 && recorder.messages.length === 1);
        expect(JSON.stringify([recorder.messages[0], far.heard[0]])).toBe(JSON.stringify([message, message]));
        expect(({} as Record<string, unknown>)['polluted']).toBeUndefined();
      });

      test('that are no JSON are refused, and the channel goes on', async () => {
        const circle: unknown[] = [];
        circle.push(circle);
        const { near, far } = await started();
        for (const wrong of [undefined, () => 1, Symbol('s'), 1n, circle]) {
          expect(() => near.send(wrong as Json)).toThrow(
            expect.objectContaining({ code: 'FRAME_MALFORMED' }),
          );
        }
        near.send('fine');
        await until(() => far.heard.length > 0);
        expect(far.heard).toEqual(['fine']);
      });

      test('that came before the start are delivered first', async () => {
        const { near, far, recorder } = await pair();
        await far.act({ send: 'a' }, { send: 'b' });
        await nextTurn();
        near.start(recorder);
        expect(recorder.events).toEqual([]);
        await far.act({ send: 'c' });
        await until(() => recorder.messages.length === 3);
        expect(recorder.messages).toEqual(['a', 'b', 'c']);
      });

      test('keep coming after one that the listener threw at', async () => {
        const { near, far, recorder } = await pair();
        const errors = uncaughtErrors();
        const boom = new Error('boom');
        near.start({
          onMessage: (message) => {
            recorder.onMessage(message);
            if (message === 'bad') throw boom;
          },
          onMalformed: (frame) => recorder.onMalformed(frame),
          onClose: () => recorder.onClose(),
        });
        await far.act({ send: 'bad' }, { send: 'good' });
        await until(() => recorder.messages.length === 2);
        await nextTurn();
        expect(errors.stop()).toEqual([boom]);
        expect(recorder.events).toEqual([{ message: 'bad' }, { message: 'good' }]);
        expect(near.isOpen).toBe(true);
      });
    });

    describe('closing', () => {
      test('from here delivers what was sent there, and is heard on both sides', async () => {
        const { near, far, recorder } = await started();
        for (const number of manyNumbers) near.send(number);
        near.close();
        expect(near.isOpen).toBe(false);
        expect(recorder.events).toEqual([]);
        await until(() => far.isClosed && recorder.closes > 0);
        expect(far.heard).toEqual(manyNumbers);
        expect(recorder.events).toEqual(['closed']);
      });

      test('from here is heard only when the caller is done', async () => {
        const { near, far, recorder } = await started();
        await far.act({ send: 'first' });
        await until(() => recorder.messages.length === 1);
        near.close();
        expect(recorder.closes).toBe(0);
        await until(() => recorder.closes > 0);
      });

      test('from here still writes what is queued, as soon as the other side reads', async () => {
        const { near, far, recorder } = await started({ farReads: false });
        const queued = Array.from({ length: 12 }, (_, number) => `${number} ${'x'.repeat(80_000)}`);
        for (const message of queued) near.send(message);
        near.close();
        await until(() => recorder.closes > 0);
        expect(far.heard).toEqual([]);
        far.read();
        await until(() => far.isClosed);
        expect(far.heard).toEqual(queued);
      });

      test('from there comes after the last message', async () => {
        const { near, far, recorder } = await started();
        await far.act(...sends(manyNumbers), 'close');
        await until(() => recorder.closes > 0);
        expect(near.isOpen).toBe(false);
        expect(recorder.messages).toEqual(manyNumbers);
        expect(recorder.events.at(-1)).toBe('closed');
      });

      test('from there before the start loses nothing', async () => {
        const { near, far, recorder } = await pair();
        await far.act({ send: 'a' }, { send: 'b' }, 'close');
        await nextTurn();
        near.start(recorder);
        await until(() => recorder.closes > 0);
        expect(recorder.events).toEqual([{ message: 'a' }, { message: 'b' }, 'closed']);
      });

      test('here before the start is heard at the start', async () => {
        const { near, far, recorder } = await pair();
        near.close();
        await until(() => far.isClosed);
        near.start(recorder);
        await until(() => recorder.closes > 0);
        expect(recorder.events).toEqual(['closed']);
      });

      test('again and again is heard once', async () => {
        const { near, far, recorder } = await started();
        near.close();
        near.close();
        await until(() => far.isClosed && recorder.closes > 0);
        near.close();
        await far.end();
        await nextTurn();
        await nextTurn();
        expect(recorder.events).toEqual(['closed']);
      });

      test('while a message is being handled stops the messages after it', async () => {
        const { near, far, recorder } = await pair();
        near.start({
          onMessage: (message) => {
            recorder.onMessage(message);
            near.close();
          },
          onMalformed: (frame) => recorder.onMalformed(frame),
          onClose: () => recorder.onClose(),
        });
        await far.act({ send: 'first' }, { send: 'second' });
        await until(() => far.isClosed && recorder.closes > 0);
        expect(recorder.events).toEqual([{ message: 'first' }, 'closed']);
      });

      test('makes every later send throw, from whichever side it came', async () => {
        const [here, there] = [await started(), await started()];
        here.near.close();
        await there.far.act('close');
        await until(() => there.recorder.closes > 0);
        for (const { near } of [here, there]) {
          expect(() => near.send('late')).toThrow(expect.objectContaining({ code: 'CHANNEL_CLOSED' }));
        }
        await until(() => here.far.isClosed);
        expect(here.far.heard).toEqual([]);
      });
    });

    describe('limits', () => {
      test('let the longest frame out, and refuse one byte more', async () => {
        const { near, far } = await started({ limits: { frameBytes: 1000 } });
        near.send('ü'.repeat(499));
        expect(() => near.send('x'.repeat(999))).toThrow(
          expect.objectContaining({ code: 'FRAME_TOO_LARGE' }),
        );
        near.send('short');
        await until(() => far.heard.length === 2);
        expect(far.heard).toEqual(['ü'.repeat(499), 'short']);
      });

      if (limitsInbound) {
        test('let the longest frame in, and close over one byte more', async () => {
          const { near, far, recorder } = await started({ limits: { frameBytes: 1000 } });
          const fits = 'ü'.repeat(499);
          await far.act({ send: fits }, { send: 'x'.repeat(999) }, { send: 'after' });
          await until(() => recorder.closes > 0 && far.isClosed);
          expect(recorder.events).toEqual([
            { message: fits },
            { malformed: { reason: 'too-large', excerpt: `"${'x'.repeat(199)}`, fatal: true } },
            'closed',
          ]);
          expect(near.isOpen).toBe(false);
        });
      }

      test('hold when the other side does not read: what was accepted arrives later, the rest is refused', async () => {
        const limits = { ...defaultChannelLimits, queueBytes: 300_000 };
        const { near, far } = await started({ limits, farReads: false });
        let accepted = 0;
        const fill = async (): Promise<void> => {
          for (; ; accepted += 1) {
            near.send([accepted, 'x'.repeat(20_000)]);
            if (accepted % 5 === 0) await nextTurn();
          }
        };
        await expect(fill()).rejects.toMatchObject({ code: 'QUEUE_FULL' });
        expect(near.queuedBytes).toBeLessThanOrEqual(300_000);
        expect(near.queuedBytes).toBeGreaterThan(250_000);
        far.read();
        await near.flush();
        expect(near.queuedBytes).toBe(0);
        near.send('goes on');
        await until(() => far.heard.length === accepted + 1);
        expect(far.heard.at(-1)).toBe('goes on');
        expect(far.heard.slice(0, -1).map((message) => (message as unknown[])[0])).toEqual(
          Array.from({ length: accepted }, (_, number) => number),
        );
      });

      test('let any one frame into an empty queue', async () => {
        const { near, far } = await started({ limits: { queueBytes: 100 } });
        near.send('x'.repeat(5000));
        expect(() => near.send('y')).toThrow(expect.objectContaining({ code: 'QUEUE_FULL' }));
        await near.flush();
        near.send('z');
        await until(() => far.heard.length === 2);
        expect(far.heard).toEqual(['x'.repeat(5000), 'z']);
      });

      test.each([0, -1, Number.NaN])('of %d are refused', async (queueBytes) => {
        await expect(pair({ limits: { queueBytes } })).rejects.toMatchObject({ code: 'OPTION_INVALID' });
      });
    });

    describe('flushing', () => {
      test('has nothing to wait for when nothing was sent', async () => {
        const { near } = await started({ farReads: false });
        await near.flush();
      });

      test('is done when everything is out', async () => {
        const { near, far } = await started();
        for (const number of manyNumbers) near.send(number);
        expect(near.queuedBytes).toBeGreaterThan(0);
        await near.flush();
        expect(near.queuedBytes).toBe(0);
        await until(() => far.heard.length === 500);
      });

      test('is done when the other side goes away', async () => {
        const { near, far } = await started({ farReads: false });
        near.send('x'.repeat(5_000_000));
        const flushed = near.flush();
        await far.end();
        await flushed;
        expect(near.queuedBytes).toBe(0);
      });
    });
  });
}
