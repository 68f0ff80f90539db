import { isId } from '../../ipc/peer-frame.ts';
import type { Speech } from './speech.ts';
import type { AppPort, Protocol, Session, SessionPort } from '../../process/protocol.ts';

/** What can be seen of a connection, beside its ledger. */
export interface Account {
  /** How many were counted as discarded, for whatever reason. */
  readonly discarded: number;
  /** How many wait for a registration. */
  readonly held: number;
  /** Everything else that tells whether something was acted upon, as one text. */
  readonly state: string;
}

/** Keeps the books of one session: every frame is acted upon or discarded for a reason, and never both. */
export interface Ledger {
  readonly protocol: Protocol;
  /** The calls of the host that are not answered. */
  readonly open: Set<number | string>;
  /** Frames that reached the session. */
  readonly frames: number;
  /** What doesn't add up. */
  readonly errors: readonly string[];
}

/** Wraps a protocol. `look` is called before and after each frame. */
export function createLedger(inner: Protocol, speech: Speech, look: () => Account): Ledger {
  const errors: string[] = [];
  const open = new Set<number | string>();
  let delivered = 0;
  let extended = 0;
  const ledger = { errors, open, frames: 0, protocol: { name: inner.name, open: openSession } };
  function openSession(port: SessionPort): Session {
    const session = inner.open(
      watched(port, {
        onDelivered: () => (delivered += 1),
        onExtended: () => (extended += 1),
        onSent: (message) => note(speech, message, open),
      }),
    );
    const onFrame = session.onFrame.bind(session);
    session.onFrame = (frame, attachments) => {
      ledger.frames += 1;
      const [before, deliveredBefore, extendedBefore] = [look(), delivered, extended];
      onFrame(frame, attachments);
      const after = look();
      const discarded = after.discarded - before.discarded;
      const settled = settledBy(frame, open);
      if (settled !== undefined && discarded === 0) open.delete(settled);
      const error = imbalance({
        discarded,
        delivered: delivered - deliveredBefore,
        released: Math.max(before.held - after.held, 0),
        changed: after.state !== before.state,
        settled: (settled !== undefined && discarded === 0) || extended > extendedBefore,
      });
      if (error !== undefined) errors.push(`${error}: ${shown(frame)}`);
    };
    return session;
  }
  return ledger;
}

interface Effects {
  readonly discarded: number;
  readonly delivered: number;
  /** A registration lets go of what was held, frames that were in the books before. */
  readonly released: number;
  readonly changed: boolean;
  /** It answers or cancels something, which shows nowhere else. */
  readonly settled: boolean;
}

function imbalance({ discarded, delivered, released, changed, settled }: Effects): string | undefined {
  if (discarded > 1 + released) return `it was discarded ${discarded} times`;
  if (delivered > 1 + released) return `it was delivered ${delivered} times`;
  if (discarded + delivered > 1 + released) return 'it was delivered and discarded';
  const acted = delivered > 0 || changed || settled;
  return discarded === 0 && !acted ? 'it was neither acted upon nor discarded' : undefined;
}

interface Watch {
  readonly onDelivered: () => void;
  readonly onExtended: () => void;
  readonly onSent: (message: unknown) => void;
}

function watched(port: SessionPort, { onDelivered, onExtended, onSent }: Watch): SessionPort {
  return {
    ...port,
    app: counting(port.app, onDelivered),
    send: (message, how, attachments) => {
      port.send(message, how, attachments);
      onSent(message);
    },
    report: (news) => {
      // Time that is asked for twice in one moment is granted, and changes nothing.
      if (news.type === 'module.extended') onExtended();
      port.report(news);
    },
  };
}

function counting(app: AppPort, count: () => void): AppPort {
  return {
    call: (name, payload, options) => {
      count();
      return app.call(name, payload, options);
    },
    notify: (name, payload) => {
      count();
      app.notify(name, payload);
    },
    saveConfig: (saved) => {
      count();
      return app.saveConfig?.(saved) ?? false;
    },
  };
}

/** The call that this frame answers, or -1 if it cancels one; undefined if it does neither. */
function settledBy(frame: unknown, open: ReadonlySet<number | string>): number | string | undefined {
  const { type, id, direction, callbackId } = ownFields(frame);
  // One for a call that is unknown or answered is no mistake.
  if (type === 'cancel') return isId(id) ? -1 : undefined;
  const isAnswer = ['result', 'error'].includes(type as string);
  const answered = (isAnswer ? id : callbackId) as number;
  return open.has(answered) && (isAnswer || direction === 'response') ? answered : undefined;
}

function ownFields(frame: unknown): Record<string, unknown> {
  return Object.fromEntries(Object.entries(frame ?? {}));
}

function note(speech: Speech, message: unknown, open: Set<number | string>): void {
  const asked = speech.asks(message);
  if (asked !== undefined) open.add(asked);
  const gaveUp = speech.gaveUp(message);
  if (gaveUp !== undefined) open.delete(gaveUp);
}

function shown(frame: unknown): string {
  try {
    return (JSON.stringify(frame) ?? 'nothing').slice(0, 200);
  } catch {
    return 'something deep';
  }
}
