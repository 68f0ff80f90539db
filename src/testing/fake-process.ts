import { linkedChannels } from '../ipc/linked.ts';
import type { ProcessOrder } from '../machines/connection-events.ts';
import { startConversation, type Conversation, type IncarnationNews } from '../process/conversation.ts';
import type { IncarnationHost } from '../process/host.ts';
import type { Clock } from '../clock.ts';
import type { Act } from './acts.ts';
import { deeds } from './deeds.ts';
import { FakeWire, type Answer } from './fake-wire.ts';
import type { EndingRequest, Life } from './life.ts';

/** Something a fake process was told: a call, a notification or a signal, by its name. */
export interface Heard {
  readonly at: number;
  readonly what: string;
  readonly payload: unknown;
}

export interface FakeProcessOptions {
  readonly identity: { readonly connectionId: string; readonly incarnation: number; readonly token: string };
  readonly pid: number;
  readonly life: Life;
  readonly clock: Clock;
  readonly host: IncarnationHost;
  readonly report: (news: IncarnationNews) => void;
  readonly onEnd: (process: FakeProcess) => void;
}

/**
 * One incarnation without a process of the operating system. It lives its `Life` on the manager's clock, speaks our own protocol over a linked pair of
 * channels, and is believed in the same way as a real one: its news and its messages take the way a real one's take.
 */
export class FakeProcess {
  readonly connection: string;
  readonly incarnation: number;
  /** Higher than the operating system's, so that nobody signals a stranger. */
  readonly pid: number;
  /** What it was told; heartbeats are left out. */
  readonly heard: Heard[] = [];
  /** What it did. */
  readonly did: Act[] = [];
  /** How it ended; null while it lives. */
  exit: { readonly code: number | null; readonly signal: string | null } | null = null;
  readonly #options: FakeProcessOptions;
  readonly #wire: FakeWire;
  readonly #conversation: Conversation;
  readonly #lastWords: string[] = [];
  #state: 'living' | 'leaving' | 'gone' = 'living';
  #next = 0;
  #waitsForInit: (() => void) | null = null;

  /** Fake processes are made by a manager of `createTestManager`. */
  constructor(options: FakeProcessOptions) {
    const { identity, clock, host, report, life } = options;
    const [near, far] = linkedChannels(host.limits);
    this.#options = options;
    this.connection = identity.connectionId;
    this.incarnation = identity.incarnation;
    this.pid = options.pid;
    this.#wire = new FakeWire({
      channel: far,
      clock,
      identity,
      life,
      onHeard: (what, payload) => this.#hear(what, payload),
      onInit: () => this.#waitsForInit?.(),
      onStop: () => this.end('stop'),
    });
    report({ type: 'process.spawned', pid: this.pid });
    this.#conversation = startConversation({
      identity: { ...identity, clock, frameBytes: host.limits.frameBytes },
      incarnation: host,
      channel: near,
      report,
    });
    this.#goOn();
  }

  get isAlive(): boolean {
    return this.#state !== 'gone';
  }

  /** What came back from the app's handlers, in order. */
  get answers(): readonly Answer[] {
    return this.#wire.answers;
  }

  /** Does something now, whatever its life says. A process that is gone does nothing. */
  does(act: Act): void {
    if (this.#state !== 'living') return;
    const { identity, report, host } = this.#options;
    this.did.push(act);
    const doIt = deeds[act.does] as (act: Act, doer: Parameters<(typeof deeds)['hangs']>[1]) => void;
    doIt(act, {
      wire: this.#wire,
      token: identity.token,
      app: host.app,
      report,
      say: (stream, line) => this.#say(stream, line),
      exit: (how, suddenly) => this.#exit(how, suddenly),
    });
  }

  /** Called by its process actor. @internal */
  obey(order: ProcessOrder): void {
    if (order.type !== 'signal') return this.#conversation.obey(order);
    this.#hear(order.signal, undefined);
    this.end(order.signal);
  }

  /** Somebody wants its end; whether and when it comes, its life says. @internal */
  end(request: EndingRequest): void {
    const { life, clock } = this.#options;
    if (life.deafTo?.includes(request)) return;
    const how = request === 'stop' ? 0 : request;
    if (life.endsAfter === undefined) this.#exit(how);
    else clock.setTimeout(() => this.#exit(how), life.endsAfter);
  }

  #goOn(): void {
    const act = this.#options.life.acts[this.#next];
    if (act === undefined || this.#state !== 'living') return;
    this.#next += 1;
    const { clock } = this.#options;
    const doNow = (): void => {
      this.does(act);
      this.#goOn();
    };
    const doInTime = (): void => {
      if (act.after === undefined) doNow();
      else clock.setTimeout(doNow, act.after);
    };
    const isAnswer = act.does === 'initialises' || act.does === 'failsInit';
    if (!isAnswer || this.#wire.hasInit) return doInTime();
    this.#waitsForInit = () => {
      this.#waitsForInit = null;
      doInTime();
    };
  }

  #exit(how: number | string, suddenly = false): void {
    if (this.#state !== 'living') return;
    this.#state = 'leaving';
    if (suddenly) return this.#gone(how);
    this.#wire.close();
    // What it sent is delivered in this tick's queue, and the end of its channel after that.
    process.nextTick(() => this.#gone(how));
  }

  #gone(how: number | string): void {
    const { report, onEnd } = this.#options;
    const [code, signal] = typeof how === 'number' ? [how, null] : [null, how];
    this.#state = 'gone';
    this.exit = { code, signal };
    onEnd(this);
    report({ type: 'process.exited', code, signal, lastWords: this.#lastWords.slice(-20), chance: 0.5 });
    this.#conversation.end(signal === null ? `the process exited with code ${code}` : `ended by ${signal}`);
    this.#wire.close();
  }

  #say(stream: 'stdout' | 'stderr', line: string): void {
    this.#lastWords.push(line);
    this.#options.host.onOutput({ stream, text: line });
  }

  #hear(what: string, payload: unknown): void {
    this.heard.push({ at: this.#options.clock.now(), what, payload });
  }
}
