import type { ChildProcess } from 'node:child_process';
import type { Duplex } from 'node:stream';
import type { GuardedStart } from './guards.ts';
import { Launched } from './launched.ts';
import type { LaunchNews, StartRequest } from './launcher-messages.ts';
import { signalProcess } from './signals.ts';
import { spawnModule, type SpawnListener, type Startable } from './spawn.ts';
import { endMarked, waitUntilGone } from './wait-until-gone.ts';

/** The variable that tells which launcher started a process, and as which of its starts. */
export const launcherMark = 'GREENROOM_LAUNCHER';

/** A launcher that somebody waits for and that is silent for longer isn't just busy. Milliseconds. */
const patience = 1000;

/** The process of a start must go and doesn't come. */
export type GiveUp = () => void;

/** The host's hold on one launcher process. No method throws. */
export class LauncherLink {
  readonly pid: number;
  readonly #launcher: ChildProcess;
  readonly #name: string;
  readonly #onDied: (hasWorked: boolean) => void;
  readonly #starts = new Map<number, Launched>();
  readonly #gone: Promise<void>;
  #lastId = 0;
  /** When it last said something. */
  #heardAt = -Infinity;
  #isEnding = false;
  #hasWorked = false;

  /** The launcher carries `name` as its mark. `onDied` is called when it ends unasked, and takes what it started with it. */
  constructor(launcher: ChildProcess, pid: number, name: string, onDied: (hasWorked: boolean) => void) {
    this.#launcher = launcher;
    this.pid = pid;
    this.#name = name;
    this.#onDied = onDied;
    launcher.on('message', (news, pipe) => this.#hear(news as LaunchNews, pipe as Duplex | undefined));
    launcher.once('disconnect', () => launcher.kill('SIGKILL'));
    // Its last messages are read when its channel has ended, which may be after its exit.
    this.#gone = Promise.all([happens(launcher, 'exit'), happens(launcher, 'disconnect')]).then(() =>
      this.#lost(),
    );
    this.#hold();
  }

  /** As `spawnModule`, but nothing is called before this returns; `guard` is asked right before it is started, by the process of this pid or, without one, by the host. */
  start(
    { file, args, cwd, channel, tokenDelivery = 'environment' }: Startable,
    guard: (parent?: number) => GuardedStart,
    listener: SpawnListener,
  ): GiveUp {
    const launch = { file, args, cwd, channel, tokenDelivery };
    const id = (this.#lastId += 1);
    const otherwise = (): void => {
      const { environment, command } = guard();
      spawnModule(launch, environment, listener, command);
    };
    const start = new Launched(launch, listener, otherwise);
    this.#starts.set(id, start);
    this.#hold();
    // In a turn of its own, because the order to start has had one already.
    setImmediate(() => {
      start.askedAt = performance.now();
      this.#ask(id, launch, guard(this.pid));
    });
    return () => this.#giveUp(id);
  }

  #ask(id: number, launch: Startable, { environment, command: { file, args } }: GuardedStart): void {
    const marked = { ...environment, [launcherMark]: `${this.#name}:${id}` };
    const request: StartRequest = { id, launch, environment: marked, command: { file, args } };
    // It fails when the launcher has died, which is told by its exit.
    this.#launcher.send(request, () => {});
  }

  /** A process must go and doesn't come: ends a launcher that says nothing until patience is over, for it won't tell of exits either. */
  #giveUp(id: number, hasRead = false): void {
    const start = this.#starts.get(id);
    if (start === undefined || start.process !== undefined) return;
    // However long it had nothing to say before: nobody waited for it.
    const time = Math.max(this.#heardAt, start.askedAt) + patience - performance.now();
    if (hasRead && time <= 0) this.#launcher.kill('SIGKILL');
    // A host that was busy itself reads first what has come meanwhile.
    else setTimeout(() => setImmediate(() => this.#giveUp(id, true)), time).unref();
  }

  /** Ends it; resolves when it is gone, and everything it had started. */
  end(): Promise<void> {
    this.#isEnding = true;
    this.#launcher.ref();
    this.#launcher.kill('SIGKILL');
    // That is all it needs where this process may not signal it any more.
    if (this.#launcher.connected) this.#launcher.disconnect();
    return this.#gone;
  }

  #hear(news: LaunchNews, pipe: Duplex | undefined): void {
    this.#heardAt = performance.now();
    this.#hasWorked = true;
    const start = news.type === 'here' ? undefined : this.#starts.get(news.id);
    if (news.type === 'here' || start === undefined) return;
    if (news.type === 'pipe') return start.take(news.descriptor, pipe);
    if (news.type === 'spawned') return start.spawned(news.process);
    if (news.type === 'trouble') return start.trouble(news.message);
    this.#forget(news.id);
    if (news.type === 'failed') start.failed(news);
    else start.exited(news.code, news.signal);
  }

  #forget(id: number): void {
    this.#starts.delete(id);
    this.#hold();
  }

  /** Keeps the host from ending as long as something it started lives, as a child of its own would, and no longer. */
  #hold(): void {
    const how = this.#starts.size > 0 ? 'ref' : 'unref';
    this.#launcher[how]();
    this.#launcher.channel?.[how]();
  }

  /** The kernel has killed what it started, or nobody: each is told as ended when it is gone. */
  async #lost(): Promise<void> {
    const { exitCode, signalCode } = this.#launcher;
    const how = signalCode === null ? `exited with code ${exitCode}` : `was killed by ${signalCode}`;
    if (!this.#isEnding) this.#onDied(this.#hasWorked);
    const starts = [...this.#starts];
    await Promise.all([
      ...starts.map(([id, start]) => this.#endStarted(id, start, how)),
      this.#endUntold(
        starts.filter(([, { process }]) => process === undefined),
        how,
      ),
    ]);
  }

  async #endStarted(id: number, start: Launched, how: string): Promise<void> {
    if (start.process === undefined) return;
    signalProcess(start.process, 'SIGKILL');
    await waitUntilGone(start.process);
    this.#forget(id);
    start.exited(null, 'SIGKILL', `its launcher ${how}`);
  }

  /** It may have started these and had no time to say so. */
  async #endUntold(starts: readonly (readonly [number, Launched])[], how: string): Promise<void> {
    if (starts.length === 0) return;
    const marks = [this.#name, ...starts.map(([id]) => `${this.#name}:${id}`)];
    // The name alone has who was forked and didn't become its program yet.
    await endMarked(new Set(marks.map((each) => `${launcherMark}=${each}`)));
    for (const [id, start] of starts) {
      this.#forget(id);
      // One that can't run here at all is nobody's failure.
      if (this.#hasWorked)
        start.failed({ message: `The launcher ${how} before it told of the process.`, errno: null });
      else start.otherwise();
    }
  }
}

/** Unlike with `events.once`, an `error` before that, such as of a signal that couldn't be sent, changes nothing. */
function happens(launcher: ChildProcess, event: 'exit' | 'disconnect'): Promise<void> {
  return new Promise((resolve) => launcher.once(event, () => resolve()));
}
