import { randomBytes } from 'node:crypto';
import { fromCallback, type CallbackActorLogic } from 'xstate';
import type { NewsOf, ProcessOrder } from '../machines/connection-events.ts';
import {
  contained,
  startConversation,
  trouble,
  type Conversation,
  type IncarnationNews,
} from './conversation.ts';
import type { IncarnationHost, ProcessHost } from './host.ts';
import { readOutput } from './read-output.ts';
import { readRest } from './read-rest.ts';
import type { ProcessHandle } from './registry.ts';
import type { Pipes, SpawnListener } from './spawn.ts';
import { startGuarded } from './start-guarded.ts';
import { watchUse } from './watch-use.ts';
import { deliverToken, openChannel } from './wiring.ts';

export interface ProcessInput {
  readonly connectionId: string;
  readonly incarnation: number;
}

/**
 * The actor that is one incarnation: it starts a process, reports what becomes of it as `ProcessNews`, and obeys each `ProcessOrder`.
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
  spawnIncarnation(host, identity, {
    report,
    reportLast,
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
      if (life === undefined && isKill(order)) host.launcher?.giveUp();
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
  readonly began: (life: Life) => void;
}

function spawnIncarnation(
  host: ProcessHost,
  identity: ProcessInput,
  { report, reportLast, began }: Reports,
): void {
  const fail = (message: string, errno: string | null): void =>
    reportLast({ type: 'process.spawnFailed', message, errno, chance: Math.random() });
  try {
    const incarnation = host.incarnation(identity.connectionId);
    const { launch, limits } = incarnation;
    const token = randomBytes(32).toString('hex');
    const known = { ...identity, token, frameBytes: limits.frameBytes, clock: host.clock };
    const environment = {
      ...incarnation.environment,
      ...launch.env,
      ...launch.environment(known),
    };
    const arrive = host.registry.expect(identity);
    let life: Life | undefined;
    const listener: SpawnListener = {
      onSpawned(child, pid) {
        const handle = arrive(pid);
        deliverToken(child, launch, token);
        report({ type: 'process.spawned', pid });
        const unwatch = watchUse(host.sampler, pid, incarnation, report);
        life = live(known, incarnation, child, { ...handle, unwatch }, report);
        began(life);
      },
      onFailed: ({ message, errno }) => fail(message, errno),
      onExited: (code, signal, note) => life?.exited({ code, signal, note }, reportLast),
      onTrouble: (error) => report(trouble('The process reported an error', error)),
    };
    startGuarded(host, launch, environment, listener);
  } catch (error) {
    fail(`The start could not be set up: ${error instanceof Error ? error.message : String(error)}`, null);
  }
}

type Exit = Pick<NewsOf<'process.exited'>, 'code' | 'signal' | 'note'>;

interface Life {
  obey(order: ProcessOrder): void;
  abandon(): void;
  exited(how: Exit, reportLast: Report): void;
}

type Identity = Parameters<typeof startConversation>[0]['identity'];

function live(
  identity: Identity,
  incarnation: IncarnationHost,
  child: Pipes,
  handle: ProcessHandle & { unwatch(): void },
  report: Report,
): Life {
  const output = readOutput(identity.clock, incarnation, child, report);
  const conversation = converse(identity, incarnation, child, report);
  return {
    obey(order) {
      if (order.type === 'signal') handle.signal(order.signal);
      else conversation?.obey(order);
    },
    abandon() {
      handle.unwatch();
      handle.signal('SIGKILL');
      output.end();
      conversation?.end('the connection let go of the process');
    },
    exited(how, reportLast) {
      handle.unwatch();
      handle.exited();
      output.finish();
      conversation?.hurry();
      readRest(child, () => {
        output.end();
        const lastWords = output.lastWords();
        reportLast({ type: 'process.exited', ...how, lastWords, chance: Math.random() });
        const { code, signal } = how;
        conversation?.end(
          signal === null ? `the process exited with code ${code}` : `the process was ended by ${signal}`,
        );
      });
    },
  };
}

function converse(
  identity: Identity,
  incarnation: IncarnationHost,
  child: Pipes,
  report: Report,
): Conversation | undefined {
  try {
    const channel = openChannel(child, incarnation.launch.channel, incarnation.limits);
    return startConversation({ identity, incarnation, channel, report });
  } catch (error) {
    report(trouble('The session could not be opened', error, true));
    return undefined;
  }
}
