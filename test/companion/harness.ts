import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { randomBytes } from 'node:crypto';
import type { Writable } from 'node:stream';
import { systemClock } from '../../src/clock.ts';
import { companionModule, type CompanionModuleOptions } from '../../src/companion/index.ts';
import { GreenroomError } from '../../src/errors.ts';
import type { Json } from '../../src/ipc/channel.ts';
import type {
  InboundMessage,
  ModuleNews,
  ModuleSettings,
  Session,
  SessionPort,
} from '../../src/process/protocol.ts';
import { compiled } from './compiled.ts';

export interface Told {
  readonly name: string;
  readonly payload: unknown;
}

export interface HarnessOptions {
  readonly module: CompanionModuleOptions;
  readonly settings?: Partial<ModuleSettings>;
  /** What the process is given; default: the right one. */
  readonly token?: string;
  /** What the process is given; default: the right one. */
  readonly connectionId?: string;
  /** Answers calls of the module. Default: there is no handler. */
  readonly app?: (name: string, payload: unknown, signal: AbortSignal) => Promise<unknown>;
  /** Default: accept and initialise. */
  readonly onRegistered?: (harness: Harness, news: ModuleNews & { type: 'module.registered' }) => void;
}

/** One real process of a module with a session on it; early messages are held until registration, as a connection does. */
export class Harness {
  readonly news: ModuleNews[] = [];
  readonly told: Told[] = [];
  readonly asked: Told[] = [];
  readonly received: InboundMessage[] = [];
  readonly output: string[] = [];
  readonly sent: Json[] = [];
  readonly settings: ModuleSettings;
  readonly exited: Promise<{ code: number | null; signal: string | null }>;
  readonly child: ChildProcess;
  readonly session: Session;
  #held: InboundMessage[] | null = [];

  static async start(options: HarnessOptions): Promise<Harness> {
    const launch = await compiled(companionModule(options.module)).prepare({
      connectionId: 'lamp',
      signal: new AbortController().signal,
    });
    const token = randomBytes(32).toString('hex');
    const identity = {
      connectionId: options.connectionId ?? 'lamp',
      incarnation: 1,
      token: options.token ?? token,
      frameBytes: 2 ** 23,
    };
    const child = spawn(launch.file, launch.args, {
      cwd: launch.cwd,
      env: {
        ...launch.env,
        ...launch.environment(identity),
        PATH: process.env['PATH'],
        GREENROOM_TOKEN_FD: '4',
      },
      stdio: ['pipe', 'pipe', 'pipe', 'ipc', 'pipe'],
    });
    // A module on the wire of 1.x has it in its environment, and leaves this one alone.
    (child.stdio[4] as Writable).on('error', () => {}).end(`${identity.token}\n`);
    return new Harness(child, options, (port) =>
      launch.protocol.open({ ...port, connectionId: 'lamp', incarnation: 1, token, frameBytes: 2 ** 23 }),
    );
  }

  constructor(child: ChildProcess, options: HarnessOptions, open: OpenSession) {
    this.child = child;
    this.settings = {
      label: 'Lamp',
      config: { host: 'a' },
      secrets: {},
      isFirstInit: false,
      ...options.settings,
    };
    this.session = open({
      clock: systemClock,
      app: {
        notify: (name, payload) => void this.told.push({ name, payload }),
        call: async (name, payload, { signal }) => {
          this.asked.push({ name, payload });
          if (options.app) return options.app(name, payload, signal);
          throw new GreenroomError('HANDLER_MISSING', `The app has no handler for "${name}".`);
        },
      },
      send: (message) => {
        this.sent.push(message);
        child.send(message as object);
      },
      report: (news) => this.#onNews(news, options),
      receive: (message) => this.#onMessage(message),
    });
    child.on('message', (message) => this.session.onFrame(message));
    for (const stream of [child.stdout, child.stderr])
      stream?.setEncoding('utf8').on('data', (text: string) => this.output.push(text));
    this.exited = once(child, 'exit').then(([code, signal]) => {
      this.session.close(
        new GreenroomError('CONNECTION_LOST', `The process is gone (${String(code ?? signal)}).`),
      );
      return { code: code as number | null, signal: signal as string | null };
    });
  }

  /** The last payload told under this name. */
  last(name: string): unknown {
    return this.told.findLast((told) => told.name === name)?.payload;
  }

  /** The current value of a variable of the module. */
  variable(id: string): unknown {
    const values = this.told
      .filter(({ name }) => name === 'setVariableValues')
      .flatMap(({ payload }) => (payload as { newValues: { id: string; value: unknown }[] }).newValues);
    return values.findLast((value) => value.id === id)?.value;
  }

  has(type: ModuleNews['type']): boolean {
    return this.news.some((news) => news.type === type);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    if (this.child.exitCode === null && this.child.signalCode === null) this.child.kill('SIGKILL');
    await this.exited;
  }

  #onNews(news: ModuleNews, { onRegistered = acceptAndInitialise }: HarnessOptions): void {
    this.news.push(news);
    if (news.type !== 'module.registered') return;
    onRegistered(this, news);
    const held = this.#held ?? [];
    this.#held = null;
    for (const message of held) this.session.deliver(message);
  }

  #onMessage(message: InboundMessage): void {
    this.received.push(message);
    if (this.#held === null) this.session.deliver(message);
    else if (message.early) this.#held.push(message);
  }
}

type OpenSession = (
  port: Omit<SessionPort, 'connectionId' | 'incarnation' | 'token' | 'frameBytes'>,
) => Session;

const acceptAndInitialise: NonNullable<HarnessOptions['onRegistered']> = ({ session, settings }, news) => {
  if (!news.tokenValid || !news.versionSupported) return session.refuseRegistration(news.detail);
  session.acceptRegistration();
  session.initialise(settings);
};
