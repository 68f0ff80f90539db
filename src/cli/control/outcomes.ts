import type { ConnectionStatus } from '../../index.ts';
import { whyNotReady } from '../run/sentences.ts';
import { duration } from '../run/words.ts';
import type { ChangesTold } from './answers.ts';
import type { Client } from './client.ts';
import type { Given, Outcome } from './orders.ts';

/** Waits at most so many milliseconds until it is clear what came of each order; tells each as soon as it is. */
export async function outcomesOf(
  client: Client,
  given: readonly Given[],
  wait: number,
  tell: (outcome: Outcome) => void,
): Promise<readonly Outcome[]> {
  const open = new Map(given.map((each) => [each.status.id, each]));
  const outcomes: Outcome[] = [];
  const settle = (outcome: Outcome): void => {
    open.delete(outcome.connection);
    outcomes.push(outcome);
    tell(outcome);
  };
  const signal = AbortSignal.timeout(wait);
  for await (const { event, data } of open.size > 0 ? eventsUntil(client, signal) : []) {
    for (const outcome of outcomesIn(event, data, open)) settle(outcome);
    if (open.size === 0) break;
  }
  for (const each of open.values()) settle(signal.aborted ? timedOut(each, wait) : runEnded(each));
  return outcomes;
}

/** An aborted wait is an end like any other. */
async function* eventsUntil(client: Client, signal: AbortSignal): ReturnType<Client['events']> {
  try {
    yield* client.events(signal);
  } catch (error) {
    if (!signal.aborted) throw error;
  }
}

function outcomesIn(event: string, data: unknown, open: Map<string, Given>): Outcome[] {
  // All were told by now, so one that wasn't was removed before this began to listen.
  if (event === 'complete') return unheard(open).map(wasRemoved);
  if (event !== 'connections') return [];
  const { items, removed } = data as ChangesTold;
  const verdicts = items.map(({ status }) => {
    const given = open.get(status.id);
    if (given !== undefined) open.set(status.id, { ...given, latest: status });
    return given === undefined ? null : verdictOn(given, status);
  });
  const gone = removed.filter((id) => open.has(id)).map(wasRemoved);
  return [...gone, ...verdicts.filter((verdict) => verdict !== null)];
}

function unheard(open: ReadonlyMap<string, Given>): string[] {
  return [...open].filter(([, { latest }]) => latest === undefined).map(([id]) => id);
}

function wasRemoved(connection: string): Outcome {
  return { connection, outcome: 'failed', text: 'was removed', status: null };
}

/** Null while it isn't clear. */
function verdictOn({ order }: Given, status: ConnectionStatus): Outcome | null {
  return order === 'disable' ? verdictOnDisable(status) : verdictOnStart(status);
}

function verdictOnDisable(status: ConnectionStatus): Outcome | null {
  const { id: connection, state, wanted } = status;
  if (state === 'disabled') return { connection, outcome: 'done', text: 'disabled', status };
  return wanted ? { connection, outcome: 'failed', text: 'was enabled again', status } : null;
}

/** A crash decides nothing: it is started again by itself until it has failed. Whoever was told to restart isn't ready any more at once. */
function verdictOnStart(status: ConnectionStatus): Outcome | null {
  const { id: connection, state, incarnation, pid, wanted } = status;
  if (state === 'ready')
    return { connection, outcome: 'done', text: `ready, run ${incarnation}, pid ${pid}`, status };
  const isOver = state === 'failed' || state === 'misconfigured' || !wanted;
  return isOver ? { connection, outcome: 'failed', text: whyNotReady(status), status } : null;
}

function timedOut({ order, status, latest = status }: Given, wait: number): Outcome {
  const goal = order === 'disable' ? 'disabled' : 'ready';
  const text = `not ${goal} after ${duration(wait)}: ${whyNotReady(latest)}`;
  return { connection: status.id, outcome: 'timed out', text, status: latest };
}

function runEnded({ status, latest = status }: Given): Outcome {
  return { connection: status.id, outcome: 'failed', text: 'the run ended meanwhile', status: latest };
}
