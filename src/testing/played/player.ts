import { appendFileSync } from 'node:fs';
import type { Act, Deed } from '../acts.ts';
import { answerTo, frameOf, type Frame } from './frames.ts';
import type { Script } from './script.ts';

/** One line of a diary. */
export interface DiaryLine {
  readonly connection: string;
  readonly incarnation: number;
  readonly pid: number;
  /** What it is about to do. */
  readonly did?: Act;
  /** The name of a call, or the type of another frame. */
  readonly heard?: string;
}

/** The child's side of a played process. */
export class Player {
  readonly #script: Script;
  readonly #cell = new Int32Array(new SharedArrayBuffer(4));
  #hangs = false;
  #initId: number | null = null;
  #onInit: (() => void) | null = null;
  /** Answers to an `init` that has not come. */
  readonly #early: Act[] = [];
  #unsent = 0;
  #onSent: (() => void) | null = null;
  /** What it does otherwise than by sending a frame. */
  readonly #deeds: { readonly [D in Deed['does']]?: (deed: Extract<Deed, { does: D }>) => void } = {
    hangs: () => {
      this.#hangs = true;
    },
    recovers: () => {
      this.#hangs = false;
    },
    says: ({ line, stream }) => void process[stream].write(`${line}\n`),
    closesChannel: () => this.#whenSent(() => process.disconnect?.()),
    exits: ({ with: how, suddenly = false }) => this.#exit(how, suddenly),
  };

  constructor(script: Script) {
    this.#script = script;
  }

  /** Does the acts of its script, one after the other; an answer to `init` waits until that has come. */
  async live(): Promise<void> {
    for (const act of this.#script.acts) {
      if (isAnswer(act) && this.#initId === null)
        await this.#pause(() => new Promise((resolve) => (this.#onInit = () => resolve())));
      const { after } = act;
      if (after !== undefined)
        await this.#pause(() => new Promise((resolve) => setTimeout(resolve, after)), after);
      this.does(act);
    }
    if (this.#hangs) await this.#pause(async () => {});
  }

  /** Does something now; answers `init` as soon as that has come. */
  does(act: Act): void {
    if (isAnswer(act) && this.#initId === null) return void this.#early.push(act);
    this.#note({ did: act });
    const own = this.#deeds[act.does] as ((act: Act) => void) | undefined;
    if (own === undefined) this.#send(frameOf(act, this.#initId));
    else own(act);
    if (isAnswer(act)) this.#initId = null;
  }

  hear(frame: Frame): void {
    const what = frame.type === 'call' ? frame.name : frame.type;
    if (what !== undefined && what !== '$ping') this.#note({ heard: what });
    if (what === '$init') this.#beInitialised(frame);
    else if (what === '$stop') this.end('stop');
    else if (frame.type === 'call') this.#send(answerTo(frame, this.#script.configure));
  }

  /** Somebody wants its end. */
  end(request: 'stop' | 'SIGTERM'): void {
    const { deafTo = [], endsAfter } = this.#script;
    if (deafTo.includes(request)) return;
    const exit = (): void => this.#exit(request === 'stop' ? 0 : request, false);
    if (endsAfter === undefined) exit();
    else setTimeout(exit, endsAfter);
  }

  // A process that hangs waits with its whole thread, so that nothing it hears is answered.
  async #pause(wait: () => Promise<void>, milliseconds = Infinity): Promise<void> {
    if (this.#hangs) Atomics.wait(this.#cell, 0, 0, milliseconds);
    else await wait();
  }

  #beInitialised({ id }: Frame): void {
    this.#initId = id ?? null;
    this.#onInit?.();
    for (const act of this.#early.splice(0)) this.does(act);
  }

  #send(frame: unknown): void {
    if (frame === undefined || process.send === undefined || !process.connected) return;
    this.#unsent += 1;
    process.send(frame, undefined, undefined, () => {
      this.#unsent -= 1;
      if (this.#unsent === 0) this.#onSent?.();
    });
  }

  #whenSent(then: () => void): void {
    if (this.#unsent === 0 || this.#hangs) then();
    else this.#onSent = then;
  }

  #exit(how: number | string, suddenly: boolean): void {
    const go = (): void => {
      if (typeof how === 'number') process.exit(how);
      process.removeAllListeners(how);
      process.kill(process.pid, how);
    };
    if (suddenly) go();
    else this.#whenSent(go);
  }

  #note(what: Pick<DiaryLine, 'did' | 'heard'>): void {
    const { diary } = this.#script;
    if (diary === undefined) return;
    const { GREENROOM_CONNECTION: connection, GREENROOM_INCARNATION: incarnation } = process.env;
    const line = { connection, incarnation: Number(incarnation), pid: process.pid, ...what };
    appendFileSync(diary, `${JSON.stringify(line)}\n`);
  }
}

function isAnswer({ does }: Act): boolean {
  return does === 'initialises' || does === 'failsInit';
}
