import { expect, test } from 'vitest';
import { HeldFrames } from '../../src/ipc/held-frames.ts';
import { Recorder } from './recorder.ts';

function holding(most: { mostFrames?: number; mostBytes?: number }) {
  const complaints: string[] = [];
  const held = new HeldFrames({
    mostFrames: 100,
    mostBytes: 1000,
    onFrame: () => {},
    onUnfit: (why) => complaints.push(why),
    ...most,
  });
  return { held, complaints };
}

const bytes = [60, 40].map((length) => Buffer.alloc(length));

test.each([
  ['messages', { mostFrames: 2 }, 1, undefined],
  ['text', { mostBytes: 250 }, 'x'.repeat(100), undefined],
  ['attached bytes', { mostBytes: 250 }, 1, bytes],
])('complains of too many %s with the third where two fit', (_, most, frame, attachments) => {
  const { held, complaints } = holding(most);
  held.onMessage(frame, attachments);
  held.onMessage(frame, attachments);
  expect(complaints).toEqual([]);
  held.onMessage(frame, attachments);
  expect(complaints).toEqual([expect.stringContaining('before anybody needed it')]);
});

test('hands on what it held, in order and less what was forgotten, and then everything as it comes', () => {
  const { held } = holding({});
  const answer = { answers: 1 };
  for (const frame of [1, answer, 2]) held.onMessage(frame);
  held.forget(answer);
  const recorder = new Recorder();
  held.takeOver(recorder);
  held.onMessage(3);
  held.onClose();
  expect(recorder.events).toEqual([{ message: 1 }, { message: 2 }, { message: 3 }, 'closed']);
});
