import type { NewsOf, ProcessOrder } from '../machines/connection-events.ts';
import {
  contained,
  startConversation,
  trouble,
  type Conversation,
  type IncarnationNews,
} from './conversation.ts';
import type { IncarnationHost } from './host.ts';
import { exitFirst } from './exit-first.ts';
import { readOutput } from './read-output.ts';
import { readRest } from './read-rest.ts';
import type { ProcessHandle } from './registry.ts';
import type { Pipes } from './spawn.ts';
import type { WaitingProcess } from './waiting-process.ts';
import { openChannel } from './wiring.ts';

type Report = (news: IncarnationNews) => void;

type Exit = Pick<NewsOf<'process.exited'>, 'code' | 'signal' | 'note'>;

/** The time in which an incarnation has a process. */
export interface Life {
  obey(order: ProcessOrder): void;
  abandon(): void;
  exited(how: Exit, reportLast: Report): void;
}

type Identity = Parameters<typeof startConversation>[0]['identity'];

/** A process that runs. */
export interface Body {
  readonly child: Pipes;
  readonly handle: ProcessHandle & { unwatch(): void };
  /** It has waited for this. */
  readonly spare?: WaitingProcess;
}

/** From now on the process is heard and can be told things. */
export function live(identity: Identity, incarnation: IncarnationHost, body: Body, report: Report): Life {
  const { child, handle } = body;
  const output = readOutput(identity.clock, incarnation, child, report);
  const conversation = converse(identity, incarnation, body, exitFirst(handle.pid, report));
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
      contained(report, 'What the process left behind could not be cleared away', () => {
        handle.unwatch();
        handle.exited();
      });
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
  { child, spare }: Body,
  report: Report,
): Conversation | undefined {
  try {
    const channel = spare?.channel ?? openChannel(child, incarnation.launch.channel, incarnation.limits);
    const listen = spare?.listen.bind(spare);
    return startConversation({ identity, incarnation, channel, listen, report });
  } catch (error) {
    report(trouble('The session could not be opened', error, true));
    return undefined;
  }
}
