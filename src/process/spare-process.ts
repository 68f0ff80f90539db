import { randomBytes } from 'node:crypto';
import type { Readable } from 'node:stream';
import { fromCallback } from 'xstate';
import { HeldFrames } from '../ipc/held-frames.ts';
import type { SpareNews } from '../machines/spare-events.ts';
import type { SpareProcessLogic } from '../machines/spare-setup.ts';
import { HeldOutput } from './held-output.ts';
import type { ProcessHost, ProcessLimits } from './host.ts';
import type { GiveUp } from './launcher-link.ts';
import type { Launch, SpareLaunch } from './protocol.ts';
import type { ProcessHandle } from './registry.ts';
import { openReception, type Known } from './spare-reception.ts';
import type { Pipes, SpawnListener } from './spawn.ts';
import { startGuarded } from './start-guarded.ts';
import { canAnswer, type Exited, type WaitingProcess } from './waiting-process.ts';
import { deliverToken, openChannel } from './wiring.ts';

/** How a spare is started. */
export interface SpareStart {
  readonly launch: Launch & { readonly spare: SpareLaunch };
  /** Less what the launch adds. */
  readonly environment: Readonly<Record<string, string>>;
  readonly limits: ProcessLimits;
  /** The connection it may serve; empty if it may serve several. */
  readonly connectionId: string;
  /** The most that is kept of what it says while it waits. */
  readonly heldMessages: number;
}

export interface SpareHost extends Pick<ProcessHost, 'clock' | 'registry' | 'guards' | 'launcher'> {
  /** How to start this spare; asked when its turn has come. */
  startOf(id: string): SpareStart;
  /** Its process waits from now on. */
  onWaits(id: string, process: WaitingProcess): void;
}

type Bare<News> = News extends unknown ? Omit<News, 'incarnation' | 'at'> : never;
type Report = (news: Bare<SpareNews>) => void;

/** The actor that is the process of a spare, until somebody takes it. It never fails: whatever goes wrong is news. */
export function createSpareProcessLogic(host: SpareHost): SpareProcessLogic {
  return fromCallback(({ input: { id, incarnation }, receive, sendBack }) => {
    const report: Report = (news) => sendBack({ ...news, incarnation, at: host.clock.now() });
    const spare = new SpareProcess(host, id, report);
    receive(() => spare.kill());
    spare.start();
    return () => spare.abandon();
  });
}

class SpareProcess {
  readonly #host: SpareHost;
  readonly #id: string;
  readonly #report: Report;
  #handle: ProcessHandle | undefined;
  #child: Pipes | undefined;
  #giveUp: GiveUp | undefined;
  #isUnwanted = false;
  /** Who has taken it. */
  #onExited: Exited | undefined;

  constructor(host: SpareHost, id: string, report: Report) {
    this.#host = host;
    this.#id = id;
    this.#report = report;
  }

  start(): void {
    const fail = (message: string): void => this.#report({ type: 'process.spawnFailed', message });
    try {
      const start = this.#host.startOf(this.#id);
      const { launch, limits, connectionId } = start;
      const identity = { connectionId, incarnation: 0, token: randomBytes(32).toString('hex') };
      const known = { ...identity, frameBytes: limits.frameBytes };
      const environment = { ...start.environment, ...launch.env, ...launch.environment(known) };
      const arrive = this.#host.registry.expect({ connectionId: this.#id, incarnation: 0 });
      const listener: SpawnListener = {
        onSpawned: (child, process) => this.#spawned(start, known, child, arrive(process), process.pid),
        onFailed: ({ message }) => fail(message),
        onExited: (code, signal, note) => this.#exited(code, signal, note),
        onTrouble: () => {},
      };
      this.#giveUp = startGuarded(this.#host, launch, environment, listener);
    } catch (error) {
      fail(`The start could not be set up: ${reasonOf(error)}`);
    }
  }

  kill(): void {
    this.#isUnwanted = true;
    if (this.#handle === undefined) this.#giveUp?.();
    this.#handle?.signal('SIGKILL');
  }

  /** Nobody listens any more; what was taken is somebody else's. */
  abandon(): void {
    if (this.#onExited === undefined) this.kill();
  }

  #spawned(start: SpareStart, known: Known, child: Pipes, handle: ProcessHandle, pid: number): void {
    this.#handle = handle;
    this.#child = child;
    deliverToken(child, start.launch, known.token);
    this.#report({ type: 'process.spawned', pid });
    if (this.#isUnwanted) return handle.signal('SIGKILL');
    try {
      this.#wait(start, known, child, pid);
    } catch (error) {
      this.#report({ type: 'process.failed', message: `It could not be listened to: ${reasonOf(error)}` });
    }
  }

  #wait({ launch, limits, heldMessages }: SpareStart, known: Known, child: Pipes, pid: number): void {
    const unfit = (message: string): void => this.#report({ type: 'process.failed', message });
    let waits = false;
    // More couldn't be passed on at once. One that waits already waits for its pipe too, until it is taken.
    const mostOutput = limits.outputBytesPerSecond * limits.outputBurstSeconds;
    const onFull = (): void => {
      if (!waits) unfit(`it wrote more than ${mostOutput} bytes of output before it could wait`);
    };
    const output = outputOf(child, launch).map((stream) => new HeldOutput(stream, mostOutput, onFull));
    const channel = openChannel(child, launch.channel, limits);
    let hasRegistered = false;
    const session = openReception(launch, { ...known, clock: this.#host.clock }, channel, (news) => {
      // Whoever takes it hears everything again, and judges what else it has said.
      if (news.type !== 'module.registered' || hasRegistered) return;
      if (!news.tokenValid || !news.versionSupported) return unfit(news.detail);
      hasRegistered = true;
      this.#report({ type: 'process.registered' });
      const wait = (isAccepted: boolean, answer?: unknown): void => {
        held.forget(answer);
        waits = true;
        const offered = { pid, token: known.token, child, channel, isAccepted };
        this.#host.onWaits(this.#id, this.#offer(offered, held, output));
        this.#report({ type: 'process.waits' });
      };
      if (session.acceptWaiting === undefined) wait(false);
      else session.acceptWaiting(wait);
    });
    const held = new HeldFrames({
      // Besides its registration.
      mostFrames: heldMessages + 1,
      mostBytes: limits.queueBytes,
      onFrame: (frame) => session.onFrame(frame),
      onUnfit: unfit,
    });
    channel.start(held);
  }

  #offer(
    known: Pick<WaitingProcess, 'pid' | 'token' | 'child' | 'channel' | 'isAccepted'>,
    held: HeldFrames,
    output: readonly HeldOutput[],
  ): WaitingProcess {
    const handle = this.#handle as ProcessHandle;
    return {
      ...known,
      canAnswer: () => canAnswer(known.pid),
      take: (owner, onExited) => {
        this.#onExited = onExited;
        handle.belongTo(owner);
        return handle;
      },
      listen(listener) {
        for (const each of output) each.takeOver();
        held.takeOver(listener);
      },
    };
  }

  #exited(code: number | null, signal: string | null, note?: string): void {
    if (this.#onExited) return this.#onExited(code, signal, note);
    this.#handle?.exited();
    // Nobody reads what it left.
    for (const stream of this.#child?.stdio ?? []) stream?.destroy();
    const how = signal === null ? `exited with code ${code}` : `was ended by ${signal}`;
    this.#report({ type: 'process.exited', detail: `it ${how} while nobody needed it` });
  }
}

function reasonOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

/** Without what is its channel. */
function outputOf({ stdout, stderr }: Pipes, { channel }: Launch): Readable[] {
  return [channel === 'stdio' ? null : stdout, stderr].filter((stream) => stream !== null);
}
