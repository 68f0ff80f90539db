import { expect, test } from 'vitest';
import { nativeProtocol } from '../../src/native/protocol.ts';
import type { Protocol, Session, SessionPort } from '../../src/process/protocol.ts';
import { nativeDialect } from '../../src/testing/fuzz/dialects.ts';
import { fuzz } from '../../src/testing/fuzz/fuzz.ts';
import { nativeSpeech } from '../../src/testing/fuzz/speech.ts';
import { hostTarget, targets } from '../../src/testing/fuzz/targets.ts';

const seed = 20_261_123;

test.each(targets)(
  '[F36] $name holds out against hostile frames: each is acted upon or discarded for a reason, and nothing else is harmed',
  async (target) => {
    expect(await fuzz(target, { frames: 400, seed })).toMatchObject({ found: undefined });
  },
);

interface Planted {
  readonly bug: string;
  readonly onFrame: (frame: Record<string, unknown>, session: Session, port: SessionPort) => void;
  readonly error: string;
}

// Mistakes a parser may have; the protocol with one of them is what is fuzzed.
const planted: readonly Planted[] = [
  {
    bug: 'looks a name up in an object, where __proto__ and constructor are found too',
    onFrame(frame, session) {
      if (typeof frame['name'] === 'string' && frame['name'] in {}) return;
      session.onFrame(frame);
    },
    error: 'neither acted upon nor discarded',
  },
  {
    bug: 'hands logs to the app before the module has registered',
    onFrame(frame, session, port) {
      if (frame['name'] === '$log') port.app.notify('$log', frame['payload']);
      session.onFrame(frame);
    },
    error: 'delivered',
  },
  {
    bug: 'takes an answer for one to a call with an id nearby',
    onFrame(frame, session) {
      const { type, id } = frame;
      session.onFrame(
        type === 'result' && typeof id === 'number' && id % 2 === 1 ? { ...frame, id: id + 1 } : frame,
      );
    },
    error: '',
  },
];

test.each(planted)(
  'a protocol that $bug is found out, and the script that shows it is shrunk',
  async ({ onFrame, error }) => {
    const target = hostTarget('planted', {
      kind: 'lines',
      protocol: () => withBug(onFrame),
      speech: nativeSpeech,
      dialect: nativeDialect,
    });
    const { found } = await fuzz(target, { frames: 30_000, seed });
    expect(found?.error).toContain(error);
    expect(found?.script.steps.length).toBeLessThanOrEqual(3);
    expect(Number.isInteger(found?.seed)).toBe(true);
  },
);

function withBug(onFrame: Planted['onFrame']): Protocol {
  return {
    name: 'with a bug',
    open(port) {
      const session = nativeProtocol().open(port);
      const right: Session = Object.assign(Object.create(session) as Session, {
        onFrame: session.onFrame.bind(session),
      });
      const bound = (name: keyof Session) =>
        (session[name] as (...given: unknown[]) => unknown).bind(session);
      const names = [
        'acceptRegistration',
        'refuseRegistration',
        'initialise',
        'configure',
        'ping',
        'askToStop',
        'deliver',
        'call',
        'notify',
        'close',
      ] as const;
      const rest = Object.fromEntries(names.map((name) => [name, bound(name)])) as unknown as Session;
      return { ...rest, onFrame: (frame) => onFrame(Object(frame) as Record<string, unknown>, right, port) };
    },
  };
}
