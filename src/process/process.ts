import { randomBytes } from 'node:crypto';
import { fromCallback, type CallbackActorLogic } from 'xstate';
import type { ProcessOrder } from '../machines/connection-events.ts';
import { contained, trouble, type IncarnationNews } from './conversation.ts';
import type { ProcessHost } from './host.ts';
import type { GiveUp } from './launcher-link.ts';
import { live, type Life } from './life.ts';
import type { SpawnListener } from './spawn.ts';
import { startGuarded } from './start-guarded.ts';
import { watchUse } from './watch-use.ts';
import { deliverToken } from './wiring.ts';

export interface ProcessInput {
  readonly connectionId: string;
  readonly incarnation: number;
  /** The pid of the spare to take. Default null: a process is started. */
  readonly spare?: number | null;
}

/**
 * The actor that is one incarnation: it starts a process or takes a spare, reports what becomes of it as `ProcessNews`, and obeys each `ProcessOrder`.
 * Stopping it while the process lives kills the process and its group. It never fails: whatever goes wrong is news.
 */
export function createProcessLogic(host: ProcessHost): CallbackActorLogic<ProcessOrder, ProcessInput> {
  return fromCallback<ProcessOrder, ProcessInput>(({ input, receive, sendBack }) => {
    const { incarnation } = input;
    const process = startProcess(host, input, (news) =>
      sendBack({ ...news, incarnation, at: host.clock.now() }),
    );
    receive((order) => process.obey(order));
    return () => process.abandon();
  });
}

type Report = (news: IncarnationNews) => void;

interface RunningProcess {
  obey(order: ProcessOrder): void;
  /** Nobody listens any more: the process is killed, and its end concerns only the registry. */
  abandon(): void;
}

function startProcess(host: ProcessHost, identity: ProcessInput, send: Report): RunningProcess {
  let isOver = false;
  let life: Life | undefined;
  let giveUp: GiveUp | undefined;
  // A launcher takes a moment: signals are for a process that may come yet.
  const early: ProcessOrder[] = [];
  const report: Report = (news) => {
    if (!isOver) send(news);
  };
  // The statechart may stop this actor from within the call: by then it must be known that there is nothing left to kill.
  const reportLast: Report = (news) => {
    if (isOver) return;
    isOver = true;
    send(news);
  };
  const begin = (identity.spare ?? null) === null ? spawnIncarnation : takeSpare;
  begin(host, identity, {
    report,
    reportLast,
    asked: (how) => (giveUp = how),
    began: (begun) => {
      life = begun;
      if (isOver) begun.abandon();
      else for (const order of early.splice(0)) begun.obey(order);
    },
  });
  return {
    obey(order) {
      if (isOver) return;
      if (life === undefined && order.type === 'signal') early.push(order);
      if (life === undefined && isKill(order)) giveUp?.();
      contained(report, `The order ${order.type} could not be carried out`, () => life?.obey(order));
    },
    abandon() {
      if (isOver) return;
      isOver = true;
      life?.abandon();
    },
  };
}

function isKill(order: ProcessOrder): boolean {
  return order.type === 'signal' && order.signal === 'SIGKILL';
}

interface Reports {
  readonly report: Report;
  /** For what ends the incarnation: nothing is reported after it. */
  readonly reportLast: Report;
  /** A process was asked for, which may come later. */
  readonly asked: (giveUp: GiveUp | undefined) => void;
  readonly began: (life: Life) => void;
}

function spawnIncarnation(
  host: ProcessHost,
  identity: ProcessInput,
  { report, reportLast, asked, began }: Reports,
): void {
  attempt(reportLast, () => {
    const incarnation = host.incarnation(identity.connectionId);
    const { launch, limits } = incarnation;
    const token = randomBytes(32).toString('hex');
    const known = { ...identity, token, frameBytes: limits.frameBytes, clock: host.clock };
    const environment = {
      ...incarnation.environment(),
      ...launch.env,
      ...launch.environment(known),
    };
    const arrive = host.registry.expect(identity);
    let life: Life | undefined;
    const listener: SpawnListener = {
      onSpawned(child, spawned) {
        const { pid } = spawned;
        const handle = arrive(spawned);
        deliverToken(child, launch, token);
        report({ type: 'process.spawned', pid });
        const unwatch = watchUse(host.sampler, pid, incarnation, report);
        life = live(known, incarnation, { child, handle: { ...handle, unwatch } }, report);
        began(life);
      },
      onFailed: ({ message, errno }) => fail(reportLast, message, errno),
      onExited: (code, signal, note) => life?.exited({ code, signal, note }, reportLast),
      onTrouble: (error) => report(trouble('The process reported an error', error)),
    };
    asked(startGuarded(host, launch, environment, listener));
  });
}

/** A process that has registered already becomes this incarnation: what it has said so far is heard now. */
function takeSpare(host: ProcessHost, identity: ProcessInput, { report, reportLast, began }: Reports): void {
  attempt(reportLast, () => {
    const { connectionId, spare: pid } = identity;
    const spare = host.takeSpare?.(connectionId, pid as number);
    if (!spare) return fail(reportLast, 'the spare that waited is gone', null);
    const incarnation = host.incarnation(connectionId);
    let life: Life | undefined;
    const handle = spare.take(identity, (code, signal, note) =>
      life?.exited({ code, signal, note }, reportLast),
    );
    report({ type: 'process.spawned', pid: spare.pid });
    const unwatch = watchUse(host.sampler, spare.pid, incarnation, report);
    const { token, isAccepted } = spare;
    const known = {
      ...identity,
      token,
      frameBytes: incarnation.limits.frameBytes,
      clock: host.clock,
      isAccepted,
    };
    life = live(known, incarnation, { child: spare.child, handle: { ...handle, unwatch }, spare }, report);
    began(life);
  });
}

function attempt(reportLast: Report, start: () => void): void {
  try {
    start();
  } catch (error) {
    fail(
      reportLast,
      `The start could not be set up: ${error instanceof Error ? error.message : String(error)}`,
      null,
    );
  }
}

function fail(reportLast: Report, message: string, errno: string | null): void {
  reportLast({ type: 'process.spawnFailed', message, errno, chance: Math.random() });
}
