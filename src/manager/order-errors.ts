import { GreenroomError } from '../errors.ts';
import type { ConnectionStatus } from '../machines/status.ts';

export function notReady(status: ConnectionStatus, what: string): GreenroomError {
  const reason = status.reason === null ? '' : ` (${status.reason})`;
  return new GreenroomError(
    'CONNECTION_NOT_READY',
    `Connection "${status.id}" can't take ${what}: it is ${status.state}${reason}. Wait for it with waitFor('ready').`,
    { data: { connection: status.id, state: status.state, reason: status.reason } },
  );
}

export function orderRejected(id: string, order: string, why: string): GreenroomError {
  return new GreenroomError('ORDER_REJECTED', `Connection "${id}" refuses to ${order}: ${why}.`, {
    data: { connection: id, order, why },
  });
}

export function removed(id: string): GreenroomError {
  return new GreenroomError('CONNECTION_REMOVED', `Connection "${id}" was removed; add it again to use it.`, {
    data: { connection: id },
  });
}

/** What calls in flight are rejected with when their process is lost. */
export function connectionLost(
  { id, lastExit, reason }: ConnectionStatus,
  cause: string,
  exited: boolean,
): GreenroomError {
  if (!exited || lastExit === null) {
    return new GreenroomError('CONNECTION_LOST', `Connection "${id}" was lost: ${reason ?? cause}.`, {
      data: { connection: id, cause },
    });
  }
  return new GreenroomError('CONNECTION_LOST', `Connection "${id}" was lost: ${lastExit.detail}.`, {
    data: { connection: id, ...lastExit },
  });
}

/** A channel that can't be written to any more is a lost connection, although the statechart has not learned of it yet; any other error stays. */
export function asLoss(status: ConnectionStatus, error: unknown): unknown {
  if (!(error instanceof GreenroomError) || error.code !== 'CHANNEL_CLOSED') return error;
  return connectionLost(status, 'its channel is closed', false);
}
