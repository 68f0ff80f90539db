import { fromCallback } from 'xstate';
import type { ProcessLogic } from '../../machines/connection-actors.ts';
import type { ProcessOrder } from '../../machines/connection-events.ts';
import type { Processes } from '../../manager/foundation.ts';
import { startConversation, type Conversation, type IncarnationNews } from '../../process/conversation.ts';
import type { IncarnationHost, ProcessHost } from '../../process/host.ts';
import type { ProcessInput } from '../../machines/connection-actors.ts';
import { openWire, type Wire, type WireKind } from './wires.ts';

type Host = Omit<ProcessHost, 'registry'>;

/** A process that is nothing but its end of a channel: what it says is for others to decide. */
export interface Puppet {
  readonly connection: string;
  readonly token: string;
  readonly wire: Wire;
  /** What the host sent it. */
  onHeard: (message: unknown) => void;
  isGone: boolean;
  exit(): void;
}

/** The processes of a manager whose modules are played by a fuzzer. */
export class PuppetProcesses implements Processes {
  readonly #kindOf: (connection: string) => WireKind;
  readonly #living = new Map<string, Puppet>();
  readonly guards = {
    status: { parentDeathSignal: 'off', janitor: 'off', search: 'off', watchdog: 'off' },
    end: () => Promise.resolve(),
  } as const;
  readonly launcher = {
    status: { state: 'off', pid: null, deaths: 0 },
    end: () => Promise.resolve(),
  } as const;
  readonly registry = {
    kill: (connection: string): void => this.#living.get(connection)?.exit(),
    killAll: (): void => {
      for (const puppet of this.#living.values()) puppet.exit();
    },
    gone: () => Promise.resolve(),
  };

  constructor(kindOf: (connection: string) => WireKind) {
    this.#kindOf = kindOf;
  }

  /** The process of a connection; undefined if it has none. */
  of(connection: string): Puppet | undefined {
    return this.#living.get(connection);
  }

  logic(host: Host): ProcessLogic {
    return fromCallback<ProcessOrder, ProcessInput>(({ input, receive, sendBack }) => {
      let isOver = false;
      const puppet = this.#start(host, input, (news) => {
        if (isOver) return;
        isOver = news.type === 'process.exited';
        sendBack({ ...news, incarnation: input.incarnation, at: host.clock.now() });
      });
      receive((order) => {
        if (!isOver) puppet.obey(order);
      });
      return () => puppet.exit();
    });
  }

  #start(
    host: Host,
    { connectionId, incarnation: number }: ProcessInput,
    report: (news: IncarnationNews) => void,
  ) {
    const incarnation = host.incarnation(connectionId);
    const token = `${number}`.padStart(64, 'ab');
    const wire = openWire(this.#kindOf(connectionId), incarnation.limits, (message) =>
      puppet.onHeard(message),
    );
    let conversation: Conversation | undefined;
    const puppet = {
      connection: connectionId,
      token,
      wire,
      isGone: false,
      onHeard: ignore as Puppet['onHeard'],
      exit: (): void => {
        if (puppet.isGone) return;
        puppet.isGone = true;
        this.#living.delete(connectionId);
        report({ type: 'process.exited', code: null, signal: 'SIGKILL', lastWords: [], chance: 0.5 });
        conversation?.end('the process was ended by SIGKILL');
      },
      obey(order: ProcessOrder): void {
        if (order.type !== 'signal') return conversation?.obey(order);
        // Later, as with a real process: what it has sent before still comes.
        setImmediate(() => puppet.exit());
      },
    };
    this.#living.set(connectionId, puppet);
    report({ type: 'process.spawned', pid: number });
    conversation = converse(host, incarnation, { connectionId, incarnation: number, token }, wire, report);
    return puppet;
  }
}

function converse(
  { clock }: Host,
  incarnation: IncarnationHost,
  identity: ProcessInput & { readonly token: string },
  { channel }: Wire,
  report: (news: IncarnationNews) => void,
): Conversation {
  const { frameBytes } = incarnation.limits;
  return startConversation({ identity: { ...identity, frameBytes, clock }, incarnation, channel, report });
}

function ignore(): void {}
