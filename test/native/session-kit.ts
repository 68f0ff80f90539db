import { systemClock } from '../../src/clock.ts';
import { nativeProtocol } from '../../src/native/index.ts';
import type {
  AppPort,
  InboundMessage,
  ModuleNews,
  ModuleSettings,
  Session,
} from '../../src/process/protocol.ts';

export const token = 'ab'.repeat(32);

export const settings: ModuleSettings = {
  label: 'Lamp',
  config: { address: '10.0.0.4' },
  secrets: { key: 's3cret' },
  isFirstInit: true,
};

/** A session whose every word and report is kept for the test to look at. */
export interface SessionKit {
  readonly session: Session;
  readonly sent: Record<string, unknown>[];
  readonly news: ModuleNews[];
  readonly received: InboundMessage[];
  readonly notified: [string, unknown][];
}

interface KitOptions {
  readonly call?: AppPort['call'] | undefined;
  readonly send?: (frame: unknown) => void;
  readonly connectionId?: string;
  readonly incarnation?: number;
  /** Its channel has bytes and batches. */
  readonly carriesAll?: boolean;
  readonly isAccepted?: boolean;
}

/** Opens a session over nothing: what it sends is kept as JSON; `call` answers the module's calls. */
export function openSession({
  call = () => Promise.resolve(null),
  send,
  connectionId = 'lamp-1',
  incarnation = 3,
  carriesAll = false,
  isAccepted = false,
}: KitOptions = {}): SessionKit {
  const kit = {
    sent: [] as Record<string, unknown>[],
    news: [] as ModuleNews[],
    received: [] as InboundMessage[],
    notified: [] as [string, unknown][],
  };
  const session = nativeProtocol().open({
    connectionId,
    incarnation,
    token,
    frameBytes: 2 ** 23,
    clock: systemClock,
    isAccepted,
    app: { call, notify: (name, payload) => void kit.notified.push([name, payload]) },
    send: (frame) => {
      send?.(frame);
      kit.sent.push(JSON.parse(JSON.stringify(frame)) as Record<string, unknown>);
    },
    ...(carriesAll ? { expectAttachments: () => {}, expectBatches: () => {} } : {}),
    report: (news) => void kit.news.push(news),
    receive: (message) => void kit.received.push(message),
  });
  return { session, ...kit };
}

/** A session whose module has registered and was accepted; the frames of that are forgotten. */
export function openRegistered(call?: AppPort['call']): SessionKit {
  const kit = openSession({ call });
  kit.session.onFrame(register());
  kit.session.acceptRegistration();
  kit.sent.length = 0;
  kit.news.length = 0;
  return kit;
}

/** As `openRegistered`, over a channel that carries bytes and batches, with a module that speaks these versions. */
export function openBatching(versions = [1, 2, 3]): SessionKit {
  const kit = openSession({ carriesAll: true });
  kit.session.onFrame(register({ versions }));
  kit.session.acceptRegistration();
  kit.sent.length = 0;
  kit.news.length = 0;
  return kit;
}

/** A proper `register` frame, changed where the test wants it. */
export function register(change: Record<string, unknown> = {}): Record<string, unknown> {
  return {
    type: 'register',
    token,
    versions: [1],
    module: { name: 'lamp', version: '1.0.0' },
    sdk: 'test',
    ...change,
  };
}
