import type { Clock } from '../clock.ts';
import type { CallMeta } from '../ipc/call-meta.ts';
import type { Json, SendOptions } from '../ipc/channel.ts';
import type { GreenroomError } from '../errors.ts';

/** A message of a module that means something to the app, not to the connection itself. */
export interface InboundMessage {
  readonly kind: 'call' | 'notification' | 'response';
  readonly name: string;
  /** The protocol allows this message before registration: it is held until then instead of discarded. */
  readonly early: boolean;
  /** For the protocol that made it; nobody else reads it. */
  readonly frame: unknown;
}

/** What one protocol has to report to the statechart about its module. */
export type ModuleNews =
  | {
      readonly type: 'module.registered';
      /** The token was compared in constant time and is this incarnation's. */
      readonly tokenValid: boolean;
      readonly versionSupported: boolean;
      /** What came and what would be supported, for people. */
      readonly detail: string;
    }
  | { readonly type: 'module.initialised' }
  | {
      readonly type: 'module.initFailed';
      readonly message: string;
      /** The module says that only a change of its config or itself can help. */
      readonly misconfigured: boolean;
    }
  /** The module asks for so many more milliseconds, counted from now. */
  | { readonly type: 'module.extended'; readonly by: number }
  /** The module keeps its old config, or hasn't said that it has the new one; and why, for people. */
  | { readonly type: 'module.configRefused'; readonly message: string; readonly isAnswer: boolean }
  /** The module can't take over a new config as it runs. */
  | { readonly type: 'module.restartNeeded' }
  | { readonly type: 'module.unregistered' }
  /** The module has done what was asked before a stop, and won't exit by itself. */
  | { readonly type: 'stop.answered' }
  | { readonly type: 'message.refused'; readonly detail: string; readonly fatal: boolean };

/** What the app answers a module with. Implementations never throw synchronously. */
export interface AppPort {
  call(
    name: string,
    payload: unknown,
    options: { readonly signal: AbortSignal; readonly meta?: CallMeta | undefined },
  ): Promise<unknown>;
  notify(name: string, payload: unknown): void;
  /** The module changed its own config or secrets: kept, and what its next process is initialised with. False if the app changed them too, which stays. Without it the app is notified like of any other message. */
  saveConfig?(saved: { readonly config?: Json; readonly secrets?: Json }): boolean;
}

/** What a connection's module is to be told, read at the moment it is told. */
export interface ModuleSettings {
  readonly label: string;
  readonly config: Json;
  readonly secrets: Json;
  /** No process of this connection has ever been initialised with a config. */
  readonly isFirstInit: boolean;
}

/** Texts that go along with a call beside its payload, such as the context of a trace. */
export type { CallMeta } from '../ipc/call-meta.ts';

/** How long to wait for the answer to a call, and what goes along with it. */
export interface CallOptions {
  /** Milliseconds; 0 is none. Default: the connection's `deadlines.call`, 5000. */
  readonly timeout?: number | undefined;
  /** Cancels the call; the other side is told where its protocol can. */
  readonly signal?: AbortSignal | undefined;
  /** What the handler finds beside the payload. Companion's protocols carry none. Default: what subscribers of `greenroom:call` add. */
  readonly meta?: CallMeta | undefined;
}

/** What a session gets from the process that owns it. One per incarnation. */
export interface SessionPort {
  readonly connectionId: string;
  readonly incarnation: number;
  /** The secret this incarnation must register with; 64 hexadecimal digits. */
  readonly token: string;
  /** The longest frame either way, in bytes. */
  readonly frameBytes: number;
  readonly clock: Clock;
  readonly app: AppPort;
  /** The process waited as a spare, and its registration was answered then. Default false. */
  readonly isAccepted?: boolean | undefined;
  /** As `Channel.send`. */
  send(message: Json, options?: SendOptions, attachments?: readonly Uint8Array[]): void;
  /** As `Channel.expectAttachments`. */
  expectAttachments?: (() => void) | undefined;
  /** As `Channel.expectBatches`. */
  expectBatches?: (() => void) | undefined;
  report(news: ModuleNews): void;
  /** An app message arrived: goes to the statechart until the incarnation is ready, then straight to `deliver`. */
  receive(message: InboundMessage): void;
}

/** One incarnation's conversation: meaning on top of a channel. No method throws unless it says so. */
export interface Session {
  /** A frame came in. Registration, deadline extensions and the like are reported; the rest goes to `port.receive`. */
  onFrame(frame: unknown, attachments?: readonly Uint8Array[]): void;
  /** As `ChannelListener.onUnsent`, for what `port.send` had accepted. */
  onUnsent?(frame: Json, error: GreenroomError): void;
  /** Answers `register`, unless that was done while the process waited. */
  acceptRegistration(): void;
  refuseRegistration(reason: string): void;
  /**
   * For a process that has registered and is to wait: answers that, if its protocol has an answer that doesn't say whom it serves, and calls back with whether it has; where it can be asked, once it has answered a ping, and with the frame in which it has,
   * which concerns nobody else. Absent where it is only answered when it is needed.
   */
  acceptWaiting?(onWaits: (isAccepted: boolean, answer?: unknown) => void): void;
  /** Sends the config; reports `module.initialised` or `module.initFailed` once it is answered. Its deadline is the statechart's. */
  initialise(settings: ModuleSettings): void;
  /** Tells a ready module its new settings: `restart` if it can only take them over with its next `init`. Rejects when it refuses them. */
  configure(settings: ModuleSettings): Promise<'taken' | 'restart'>;
  /** Resolves when the module's event loop answered; rejects when the session is closed. */
  ping(): Promise<void>;
  /** Asks the module to stop by itself. */
  askToStop(): void;
  /** Hands a call or notification that was let through to the app, and the app's answer back. */
  deliver(message: InboundMessage): void;
  /** Calls the module for the app. Rejects as `Connection.call`. */
  call(name: string, payload: unknown, options: CallOptions): Promise<unknown>;
  /** @throws {GreenroomError} as `Channel.send`. */
  notify(name: string, payload: unknown, options?: SendOptions): void;
  /** Rejects everything pending with this error, in the same tick; later calls too. Idempotent. */
  close(error: GreenroomError): void;
}

/** How a family of modules is spoken to. */
export interface Protocol {
  /** For people. */
  readonly name: string;
  /** Begins the conversation with a process that was just started; what it throws ends the process. */
  open(port: SessionPort): Session;
}

/** How a process may wait, registered and not initialised, until a connection needs it. */
export interface SpareLaunch {
  /**
   * `any`: it learns which connection and incarnation it is when it is needed, and may serve every connection with the same launch and environment.
   * `own`: it knows its connection from its environment, and may serve that one.
   */
  readonly serves: 'any' | 'own';
}

/** How a process is started. Made by `Module.prepare`, anew for each start. */
export interface Launch {
  /** The program; not looked up by a shell. */
  readonly file: string;
  readonly args: readonly string[];
  /** The working folder; absolute. */
  readonly cwd: string;
  /** Added to the environment allowed through. */
  readonly env: Readonly<Record<string, string>>;
  /**
   * `node`: the module finds `process.send`; `lines`: newline-delimited JSON on the duplex descriptor 3;
   * `stdio`: the same on stdin and stdout, for platforms and languages without extra descriptors.
   */
  readonly channel: 'node' | 'lines' | 'stdio';
  readonly protocol: Protocol;
  /**
   * How the process learns its token. `descriptor`: as a line on a socket of its own, under the number in `GREENROOM_TOKEN_FD`, where it can be read
   * once and by nobody else; with `stdio` as the first line of stdin. `environment`: by `environment`, which every process of the same user can read. Default
   * `environment`.
   */
  readonly tokenDelivery?: 'descriptor' | 'environment';
  /** Absent where no process may wait for being needed. */
  readonly spare?: SpareLaunch;
  /** Further environment of this incarnation, which is 0 in a spare, and its connection empty if it may serve any; its token included, if it is to learn it so. */
  environment(
    identity: Pick<SessionPort, 'connectionId' | 'incarnation' | 'token' | 'frameBytes'>,
  ): Record<string, string>;
}

/** Which start a module is to prepare. */
export interface PrepareRequest {
  readonly connectionId: string;
  /** Fires when nobody waits for the answer any more. */
  readonly signal: AbortSignal;
  /** How much heap V8 may use if Node runs the module, in MiB. Default: what V8 thinks right. */
  readonly heapLimit?: number | undefined;
}

/** A module: how to find out how to start it. */
export interface Module {
  /** For people: shown in messages. */
  readonly name: string;
  /**
   * Resolves files and runtimes.
   * @throws {GreenroomError} `MODULE_INVALID` when it can't start until something changes.
   */
  prepare(request: PrepareRequest): Promise<Launch>;
}
