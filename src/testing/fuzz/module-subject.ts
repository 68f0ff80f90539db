import { defaultChannelLimits, type Channel, type ChannelListener } from '../../ipc/channel.ts';
import { inFull } from '../../ipc/short-frames.ts';
import type { Life } from '../../module/life.ts';
import type { ModuleDefinition } from '../../module/definition.ts';
import { serve } from '../../module/serve.ts';
import { renderFrame } from './frame.ts';
import { cut, turn, type FuzzScript, type FuzzStep, type Subject } from './subject.ts';
import { openWire, type Wire, type WireKind } from './wires.ts';

/** The module's side of our own protocol, with a host that misbehaves. */
export function moduleSubject(kind: WireKind, frameBytes: number): Subject {
  return {
    async play(script) {
      const module = new PlayedModule(kind, frameBytes);
      const sent = await module.play(script);
      if (module.errors.length > 0) throw new Error(module.errors.join('\n'));
      return sent;
    },
    end: () => Promise.resolve(),
  };
}

class PlayedModule {
  readonly errors: string[] = [];
  readonly #frameBytes: number;
  readonly #wire: Wire;
  /** Whatever the module did that can be seen. */
  #deeds = 0;
  #frames = 0;
  #unread = 0;
  #hasLeft = false;
  /** Calls that must be answered, and those that were. */
  readonly #expected: unknown[] = [];
  readonly #answered: unknown[] = [];

  constructor(kind: WireKind, frameBytes: number) {
    this.#frameBytes = frameBytes;
    this.#wire = openWire(
      kind,
      { ...defaultChannelLimits, frameBytes, turnMicroseconds: Infinity },
      () => {},
    );
    const deed = (): void => void (this.#deeds += 1);
    const leave = (): void => {
      deed();
      this.#hasLeft = true;
    };
    const life: Life = { stop: () => Promise.resolve(deed()), leave, crash: leave, abandon: leave };
    serve({
      definition: definition(deed),
      channel: this.#watched(this.#wire.channel),
      life,
      warn: deed,
      onRegistered: deed,
    });
  }

  async play({ from, steps, cuts }: FuzzScript): Promise<number> {
    await turn();
    if (from !== 'start') this.#say({ type: 'registered', version: 3 });
    let sent = 0;
    for (const step of steps) sent += step.is === 'app' ? 0 : this.#send(step, cuts);
    await turn();
    if (this.#hasLeft) return sent;
    this.#check(sent + (from === 'start' ? 0 : 1));
    await this.#recover();
    return sent;
  }

  #send(step: Exclude<FuzzStep, { is: 'app' }>, cuts: readonly number[]): number {
    const known = { token: 'no token', connection: 'fuzzed', ids: [1, 2, 3], frameBytes: this.#frameBytes };
    const frame = renderFrame(step, known);
    for (const piece of cut(Buffer.concat([frame, lineBreak]), cuts)) this.#wire.feed(piece);
    return frame.length === 0 || (frame.length === 1 && frame[0] === 13) ? 0 : 1;
  }

  #say(message: unknown): void {
    this.#wire.feed(Buffer.from(`${JSON.stringify(message)}\n`));
  }

  #watched(channel: Channel): Channel {
    const watch = (listener: ChannelListener): ChannelListener => ({
      onMessage: (frame, attachments) => {
        this.#frames += 1;
        const before = this.#deeds;
        listener.onMessage(frame, attachments);
        const mayBeSilent = this.#isAnswered(frame);
        if (this.#deeds === before && !mayBeSilent) this.errors.push(`a ${typeof frame} left no trace`);
      },
      onMalformed: (frame) => {
        this.#unread += 1;
        listener.onMalformed(frame);
      },
      onClose: () => listener.onClose(),
    });
    return {
      start: (listener) => channel.start(watch(listener)),
      send: (message, options, attachments) => {
        channel.send(message, options, attachments);
        this.#hear(message);
      },
      ...(channel.expectAttachments && { expectAttachments: () => channel.expectAttachments?.() }),
      ...(channel.expectBatches && { expectBatches: () => channel.expectBatches?.() }),
      flush: () => channel.flush(),
      drained: () => channel.drained(),
      hurry: () => channel.hurry(),
      get traffic() {
        return channel.traffic;
      },
      close: () => channel.close(),
      get isOpen() {
        return channel.isOpen;
      },
      get queuedBytes() {
        return channel.queuedBytes;
      },
    };
  }

  /** A call is answered later, if it isn't one that never is; answers and cancels that nobody waits for are no mistake. */
  #isAnswered(frame: unknown): boolean {
    const full = Array.isArray(frame) ? inFull(frame) : frame;
    const { type, id, name } = Object.fromEntries(Object.entries(full ?? {})) as Record<string, unknown>;
    if (type === 'call' && name !== 'never') this.#expected.push(id);
    return typeof type === 'string' && ['call', 'result', 'error', 'cancel'].includes(type);
  }

  #hear(message: unknown): void {
    const full = Array.isArray(message) ? inFull(message) : message;
    const { type, id } = full as { type: string; id: unknown };
    if (type === 'result' || type === 'error') this.#answered.push(id);
    this.#deeds += 1;
  }

  #check(sent: number): void {
    const came = this.#frames + this.#unread + this.#wire.kept;
    if (this.#wire.channel.isOpen && came < sent)
      this.errors.push(`${sent} frames were sent, and ${came} came`);
    if (this.#answered.length > this.#expected.length) this.errors.push('a call was answered twice');
  }

  async #recover(): Promise<void> {
    if (!this.#wire.channel.isOpen) return;
    this.#wire.feed(lineBreak);
    this.#say({ type: 'registered', version: 2 });
    this.#say({ type: 'call', id: lastId, name: '$ping' });
    await turn();
    if (!this.#answered.includes(lastId) && !this.#hasLeft) this.errors.push('it no longer answers');
  }
}

function definition(deed: () => void): ModuleDefinition {
  return {
    init: () => deed(),
    configure: () => deed(),
    calls: {
      echo: (payload) => payload,
      fails: (payload) => {
        throw payload;
      },
      never: () => {
        deed();
        return new Promise(() => {});
      },
    },
    notifications: { n: () => deed() },
  };
}

const lineBreak = Buffer.from('\n');
const lastId = 2 ** 40;
