import type { ProcessNews, ProcessOrder } from '../machines/connection-events.ts';
import type { Channel, MalformedFrame } from '../ipc/channel.ts';
import { createHeartbeat } from './heartbeat.ts';
import type { IncarnationHost } from './host.ts';
import type { InboundMessage, SessionPort } from './protocol.ts';

type Bare<News> = News extends unknown ? Omit<News, 'incarnation' | 'at'> : never;

/** News before it is marked with incarnation and time. */
export type IncarnationNews = Bare<ProcessNews>;

/** Everything but signals, which concern the process. */
export type ConversationOrder = Exclude<ProcessOrder, { type: 'signal' }>;

export interface ConversationOptions {
  readonly identity: Pick<SessionPort, 'connectionId' | 'incarnation' | 'token' | 'clock'>;
  readonly incarnation: IncarnationHost;
  readonly channel: Channel;
  report(news: IncarnationNews): void;
}

/** What is said between the app and one incarnation, and whether it may be said yet. */
export interface Conversation {
  obey(order: ConversationOrder): void;
  /** Pending calls are rejected with what the host says is the loss; then the channel is closed. Idempotent. */
  end(cause: string): void;
}

type Obey = { readonly [T in ConversationOrder['type']]: (order: Extract<ConversationOrder, { type: T }>) => void };

/** Opens session and channel of a process that runs. The app's messages are reported until the order to open, and go straight to the session afterwards. */
export function startConversation({ identity, incarnation, channel, report }: ConversationOptions): Conversation {
  let gate: 'guarded' | 'open' | 'shut' = 'guarded';
  const held: InboundMessage[] = [];
  const session = incarnation.launch.protocol.open({
    ...identity,
    app: incarnation.app,
    send: (message) => channel.send(message),
    report,
    receive: (message) => {
      if (gate === 'open') session.deliver(message);
      else report({ type: 'message.received', message });
    },
  });
  const heartbeat = createHeartbeat({
    clock: identity.clock,
    interval: incarnation.heartbeatInterval,
    ping: async () => session.ping(),
    missed: () => report({ type: 'heartbeat.missed' }),
    answered: () => report({ type: 'heartbeat.answered' }),
  });
  channel.start({
    onMessage: (frame) => contained(report, 'A message could not be handled', () => session.onFrame(frame)),
    onMalformed: (frame) => report(refused(frame)),
    onClose: () => report({ type: 'channel.closed' }),
  });

  const configure = async (): Promise<void> => {
    try {
      await session.configure(incarnation.settings());
    } catch (error) {
      if (gate !== 'shut') report(trouble('The new config was not taken over', error));
    }
  };
  const close = (cause: string): void => {
    if (gate === 'shut') return;
    gate = 'shut';
    heartbeat.stop();
    held.length = 0;
    incarnation.onClose();
    session.close(incarnation.loss(cause));
  };
  const orders: Obey = {
    acceptRegistration: () => session.acceptRegistration(),
    refuseRegistration: ({ reason }) => session.refuseRegistration(reason),
    initialise: () => session.initialise(incarnation.settings()),
    configure: () => void configure(),
    open: () => {
      if (gate === 'shut') return;
      gate = 'open';
      incarnation.onOpen(session);
    },
    close: ({ cause }) => close(cause),
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
  return {
    obey: (order) => (orders[order.type] as (order: ConversationOrder) => void)(order),
    end(cause) {
      contained(report, 'The session could not be closed', () => close(cause));
      channel.close();
    },
  };
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
  const why = error instanceof Error ? error.message : String(error);
  return { type: 'message.refused', detail: `${what}: ${why}`, fatal };
}

function refused(frame: MalformedFrame): IncarnationNews {
  const what = { 'not-json': 'it is not JSON', 'too-large': 'it is longer than a frame may be', truncated: 'its end is missing' };
  const excerpt = frame.excerpt.slice(0, 80);
  return { type: 'message.refused', detail: `A message can't be read, ${what[frame.reason]}: ${excerpt}`, fatal: frame.fatal };
}
