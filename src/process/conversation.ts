import type { ProcessNews, ProcessOrder } from '../machines/connection-events.ts';
import type { Channel, ChannelListener, MalformedFrame } from '../ipc/channel.ts';
import { configure, type Gate } from './configure.ts';
import { createHeartbeat, type Heartbeat } from './heartbeat.ts';
import type { IncarnationHost } from './host.ts';
import type { InboundMessage, Session, SessionPort } from './protocol.ts';

type Bare<News> = News extends unknown ? Omit<News, 'incarnation' | 'at'> : never;

/** News before it is marked with incarnation and time. */
export type IncarnationNews = Bare<ProcessNews>;

/** Everything but signals, which concern the process. */
export type ConversationOrder = Exclude<ProcessOrder, { type: 'signal' }>;

export interface ConversationOptions {
  readonly identity: Pick<
    SessionPort,
    'connectionId' | 'incarnation' | 'token' | 'frameBytes' | 'clock' | 'isAccepted'
  >;
  readonly incarnation: IncarnationHost;
  readonly channel: Channel;
  /** Default: the channel's `start`. */
  readonly listen?: ((listener: ChannelListener) => void) | undefined;
  readonly report: (news: IncarnationNews) => void;
}

/** What is said between the app and one incarnation, and whether it may be said yet. */
export interface Conversation {
  obey(order: ConversationOrder): void;
  /** The process is gone: what it sent before is read from now on without a limit. */
  hurry(): void;
  /** Pending calls are rejected with what the host says is the loss; then the channel is closed. Idempotent. */
  end(cause: string): void;
}

interface Parts extends ConversationOptions {
  readonly session: Session;
  readonly heartbeat: Heartbeat;
  readonly gate: Gate;
}

type Orders = {
  readonly [T in ConversationOrder['type']]: (order: Extract<ConversationOrder, { type: T }>) => void;
};

/** Opens session and channel of a process that runs. The app's messages are reported until the order to open, and go straight to the session afterwards. */
export function startConversation(options: ConversationOptions): Conversation {
  const { channel, report } = options;
  options.incarnation.onChannel?.(channel);
  const gate: Gate = { state: 'guarded', ordered: null };
  const session = openSession(options, gate);
  const parts = { ...options, gate, session, heartbeat: heartbeatOf(options, session) };
  const { listen = (listener) => channel.start(listener) } = options;
  listen({
    // As `contained`, without a function for each of them.
    onMessage(frame, attachments) {
      try {
        session.onFrame(frame, attachments);
      } catch (error) {
        report(trouble('A message could not be handled', error));
      }
    },
    onUnsent: (frame, error) =>
      contained(report, 'A message was lost', () => session.onUnsent?.(frame, error)),
    onMalformed: (frame) => report(refused(frame)),
    onClose: () => report({ type: 'channel.closed' }),
  });
  const orders = ordersOf(parts);
  return {
    obey: (order) => (orders[order.type] as (order: ConversationOrder) => void)(order),
    hurry: () => channel.hurry(),
    end(cause) {
      contained(report, 'The session could not be closed', () => shut(parts, cause));
      channel.close();
    },
  };
}

function openSession({ identity, incarnation, channel, report }: ConversationOptions, gate: Gate): Session {
  const session: Session = incarnation.launch.protocol.open({
    ...identity,
    app: incarnation.app,
    send: (message, how, attachments) => channel.send(message, how, attachments),
    expectAttachments: channel.expectAttachments?.bind(channel),
    expectBatches: channel.expectBatches?.bind(channel),
    report,
    receive: (message) => {
      if (gate.state === 'open' && message.kind !== 'response') session.deliver(message);
      else report({ type: 'message.received', message });
    },
  });
  return session;
}

function heartbeatOf({ identity, incarnation, report }: ConversationOptions, session: Session): Heartbeat {
  return createHeartbeat({
    clock: identity.clock,
    interval: incarnation.heartbeatInterval,
    ping: async () => session.ping(),
    missed: () => report({ type: 'heartbeat.missed' }),
    answered: () => report({ type: 'heartbeat.answered' }),
  });
}

function ordersOf(parts: Parts): Orders {
  const { session, heartbeat, incarnation, gate } = parts;
  const held: InboundMessage[] = [];
  return {
    acceptRegistration: () => session.acceptRegistration(),
    refuseRegistration: ({ reason }) => session.refuseRegistration(reason),
    initialise: () => {
      const settings = incarnation.settings();
      session.initialise(settings);
      incarnation.onTold(settings);
    },
    configure: () => void configure(parts),
    open: () => {
      if (gate.state !== 'guarded') return;
      gate.state = 'open';
      incarnation.onOpen(session);
    },
    guard: () => {
      if (gate.state === 'open') gate.state = 'guarded';
    },
    close: ({ cause }) => shut(parts, cause),
    watch: () => heartbeat.start(),
    unwatch: () => heartbeat.stop(),
    askToStop: () => session.askToStop(),
    // How many may be held is the statechart's decision.
    hold: ({ message }) => void held.push(message),
    releaseHeld: () => {
      for (const message of held.splice(0)) session.deliver(message);
    },
    deliver: ({ message }) => session.deliver(message),
  };
}

function shut({ gate, heartbeat, incarnation, session }: Parts, cause: string): void {
  if (gate.state === 'shut') return;
  gate.state = 'shut';
  heartbeat.stop();
  incarnation.onClose();
  session.close(incarnation.loss(cause));
}

/** Runs what belongs to somebody else: an error becomes news and goes nowhere else. */
export function contained(report: (news: IncarnationNews) => void, what: string, action: () => void): void {
  try {
    action();
  } catch (error) {
    report(trouble(what, error));
  }
}

/** An error as news that changes nothing but is counted and seen. */
export function trouble(what: string, error: unknown, fatal = false): IncarnationNews {
  return { type: 'message.refused', detail: `${what}: ${reasonOf(error)}`, fatal };
}

function reasonOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

function refused(frame: MalformedFrame): IncarnationNews {
  const what = {
    'not-json': 'it is not JSON',
    'too-large': 'it is longer than a frame may be',
    truncated: 'its end is missing',
  };
  const excerpt = frame.excerpt.slice(0, 80);
  return {
    type: 'message.refused',
    detail: `A message can't be read, ${what[frame.reason]}: ${excerpt}`,
    fatal: frame.fatal,
  };
}
