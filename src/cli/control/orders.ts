import type { ConnectionSummary } from '../../history/told.ts';
import type { ConnectionStatus } from '../../index.ts';
import { stateName } from '../run/words.ts';
import type { ConnectionsAnswer } from './answers.ts';
import { pathOf, Refused, type Client } from './client.ts';
import { checkNames } from './named.ts';
import { outcomesOf } from './outcomes.ts';

export type OrderName = 'enable' | 'disable' | 'restart';

/** An order that was taken, and what the connection was like right after it. */
export interface Given {
  readonly order: OrderName;
  readonly status: ConnectionStatus;
  /** What it was like when it was last heard of. */
  readonly latest?: ConnectionStatus;
}

/** What has become of an order. */
export interface Outcome {
  readonly connection: string;
  /** `accepted` is all that is known without waiting. */
  readonly outcome: 'accepted' | 'refused' | 'done' | 'failed' | 'timed out';
  /** A sentence for people. */
  readonly text: string;
  /** What it was like then; null if that isn't known. */
  readonly status: ConnectionStatus | null;
}

/**
 * Gives the order to each of the connections, and with `wait` waits so many milliseconds for what comes of it; tells each outcome as soon as
 * it is known. Resolves with whether all went well.
 * @throws {UsageError} When one of the connections isn't there; then none got the order.
 */
export async function giveOrders(
  client: Client,
  { order, connections, wait }: { order: OrderName; connections: readonly string[]; wait: number | null },
  tell: (outcome: Outcome) => void,
): Promise<boolean> {
  const present = await client.get<ConnectionsAnswer>('connections');
  checkNames(
    connections,
    present.connections.map(({ status }) => status.id),
  );
  const given: Given[] = [];
  for (const connection of new Set(connections)) {
    const status = await give(client, order, connection, tell);
    if (status !== null) given.push({ order, status });
  }
  const isAccepted = given.length === new Set(connections).size;
  if (wait === null) {
    for (const { status } of given)
      tell({ connection: status.id, outcome: 'accepted', text: stateName(status.state), status });
    return isAccepted;
  }
  const outcomes = await outcomesOf(client, given, wait, tell);
  return isAccepted && outcomes.every(({ outcome }) => outcome === 'done');
}

async function give(
  client: Client,
  order: OrderName,
  connection: string,
  tell: (outcome: Outcome) => void,
): Promise<ConnectionStatus | null> {
  try {
    return (await client.post<ConnectionSummary>(pathOf(connection, `/${order}`))).status;
  } catch (error) {
    if (!(error instanceof Refused)) throw error;
    tell({ connection, outcome: 'refused', text: error.message, status: null });
    return null;
  }
}
