import { readFileSync } from 'node:fs';
import { PassThrough } from 'node:stream';
import { describe, expect, test, vi } from 'vitest';
import { systemClock } from '../../src/clock.ts';
import { unpackBytes } from '../../src/ipc/bytes.ts';
import { linesChannel } from '../../src/ipc/lines.ts';
import { createPeer } from '../../src/ipc/peer.ts';
import { readAnswer } from '../../src/module/read-answer.ts';
import type { Session } from '../../src/process/protocol.ts';
import {
  openBatching,
  openRegistered,
  openSession,
  type SessionKit,
  settings,
  token,
} from './session-kit.ts';

type Frame = Record<string, unknown>;

const page = readFileSync('docs/protocol.md', 'utf8');
const blocks = (info: string): string[] =>
  [...page.matchAll(/^```(.*)\n([^]*?)^```$/gm)]
    .filter((match) => match[1] === info)
    .map((match) => match[2] ?? '');
const frames = (info: string): [string, Frame][] =>
  blocks(info).map((text) => [text.trim(), JSON.parse(text) as Frame]);

describe('the examples of docs/protocol.md', () => {
  test('there are examples of both directions and one transcript', () => {
    expect(frames('json module').length).toBeGreaterThan(10);
    expect(frames('json host').length).toBeGreaterThan(10);
    expect(blocks('text transcript')).toHaveLength(1);
  });

  test.each(frames('json module'))('%s is what a module may send', (_, frame) => {
    const isRegister = frame['type'] === 'register';
    const { session, news, received } = isRegister ? openSession() : openRegistered();
    if (!isRegister) awaitAnswers(session);
    news.length = 0;
    session.onFrame(frame);
    expect(news).not.toContainEqual(expect.objectContaining({ type: 'message.refused' }));
    expect(news).not.toContainEqual(expect.objectContaining({ tokenValid: false }));
    expect(received).not.toContainEqual(expect.objectContaining({ kind: 'response' }));
    if (frame['type'] === 'register')
      expect(news).toMatchObject([{ tokenValid: true, versionSupported: true }]);
  });

  test.each(frames('json host'))('%s is understood by the module side', (_, frame) => {
    if (frame['type'] === 'registered') return expect(readAnswer(frame)).toEqual({ registered: true });
    if (frame['type'] === 'refused') return expect(readAnswer(frame)).toMatchObject({ exitCode: 78 });
    const peer = createPeer({
      send: () => {},
      onCall: () => new Promise(() => {}),
      onNotification: () => {},
      clock: systemClock,
      callTimeout: 0,
    });
    peer.call('lookup').catch(() => {});
    expect(peer.receive(frame)).toBe('handled');
  });

  test('the frames with bytes carry what the page says', async () => {
    const [attached = '', text = ''] = blocks('text bytes').map((block) => block.trimEnd());
    const stream = new PassThrough();
    const heard: Frame[] = [];
    const channel = linesChannel(stream);
    channel.expectAttachments?.();
    channel.start({
      onMessage(frame, attachments) {
        expect(unpackBytes(frame, attachments)).toBeUndefined();
        heard.push(frame as Frame);
      },
      onMalformed: ({ excerpt }) => expect.unreachable(excerpt),
      onClose: () => {},
    });
    stream.write(`${attached}\nabcde${text}\n`);
    await vi.waitFor(() => expect(heard).toHaveLength(2));
    const bytes = (given: string): Uint8Array => new Uint8Array(Buffer.from(given));
    expect(heard[0]?.['payload']).toEqual({ left: bytes('abc'), all: [1, bytes('de')] });
    expect(heard[1]?.['value']).toEqual({ picture: new Uint8Array([0, 1, 2]) });
    channel.close();
  });

  test('the lists are frames for both sides', () => {
    const [host = '', module = ''] = blocks('text lists').join('').trim().split('\n');
    const peer = createPeer({
      send: () => {},
      onCall: () => new Promise(() => {}),
      onNotification: () => {},
      clock: systemClock,
      callTimeout: 0,
    });
    peer.speakShort();
    for (let id = 1; id <= 7; id += 1) peer.call('lookup').catch(() => {});
    expect((JSON.parse(host) as unknown[]).map((frame) => peer.receive(frame))).not.toContain('malformed');
    const { session, news, received } = openBatching();
    awaitAnswers(session);
    for (const frame of JSON.parse(module) as unknown[]) session.onFrame(frame);
    expect(news).toEqual([]);
    expect(received.map(({ kind }) => kind)).toEqual(['call']);
  });

  test('the transcript is a conversation that the host leads in exactly these words', async () => {
    const lines = (blocks('text transcript')[0] ?? '')
      .trim()
      .split('\n')
      .filter((line) => !line.startsWith('#'));
    const kit = openSession({
      call: () => Promise.resolve({ floor: 2 }),
      connectionId: 'hall',
      incarnation: 1,
    });
    const caller = new AbortController();
    const heard = lines
      .filter((line) => line.startsWith('h'))
      .map((line) => JSON.parse(line.slice(2)) as Frame);
    for (const line of lines) {
      const frame = JSON.parse(line.slice(2)) as Frame;
      if (line.startsWith('m')) listen(kit, frame);
      else await speak(kit, frame, caller);
    }
    expect(kit.sent).toEqual(heard);
    expect(kit.news.map(({ type }) => type)).toEqual([
      'module.registered',
      'module.extended',
      'module.initialised',
      'module.unregistered',
    ]);
    expect(kit.notified.map(([name]) => name)).toEqual(['$log', '$status', 'temperature']);
    expect(token).toBe((JSON.parse((lines[0] ?? '').slice(2)) as Frame)['token']);
  });
});

/** So that the examples of answers, which have the ids of `$init` and of 1 to 3, answer something. */
function awaitAnswers(session: Session): void {
  session.initialise(settings);
  for (let id = 1; id <= 3; id += 1) session.call('read', null, { timeout: 0 }).catch(() => {});
}

function listen({ session, received }: SessionKit, frame: Frame): void {
  const before = received.length;
  session.onFrame(frame);
  for (const message of received.slice(before)) session.deliver(message);
}

async function speak({ session, sent }: SessionKit, frame: Frame, caller: AbortController): Promise<void> {
  const payload = frame['payload'] as never;
  if (frame['type'] === 'registered') session.acceptRegistration();
  else if (frame['type'] === 'cancel') caller.abort();
  else if (frame['name'] === '$init') session.initialise(payload);
  else if (frame['name'] === '$configure') void session.configure(payload);
  else if (frame['name'] === '$ping') void session.ping();
  else if (frame['name'] === '$stop') session.askToStop();
  else if (frame['type'] === 'call')
    session.call(frame['name'] as string, payload, { signal: caller.signal }).catch(() => {});
  await vi.waitFor(() => expect(sent).toContainEqual(frame));
}
