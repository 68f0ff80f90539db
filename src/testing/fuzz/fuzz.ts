import * as fc from 'fast-check';
import type { FuzzFrame } from './frame.ts';
import { turn, type FuzzScript, type FuzzStep, type Subject } from './subject.ts';
import type { FuzzTarget } from './targets.ts';

export interface FuzzOptions {
  /** At least so many frames are sent. */
  readonly frames: number;
  readonly seed: number;
}

export interface FuzzReport {
  readonly target: string;
  readonly seed: number;
  readonly frames: number;
  readonly seconds: number;
  /** Undefined if nothing was found. */
  readonly found: Finding | undefined;
}

/** What a target did not hold out against. */
export interface Finding {
  /** With it the same script is made again. */
  readonly seed: number;
  readonly error: string;
  /** As small as it could be made. */
  readonly script: FuzzScript;
}

/** Sends frames to a target until there were enough, or one did harm. */
export async function fuzz(target: FuzzTarget, { frames, seed }: FuzzOptions): Promise<FuzzReport> {
  const began = performance.now();
  const arena = new Arena(target);
  let found: Finding | undefined;
  for (let round = 0; arena.sent < frames && found === undefined; round += 1) {
    const runs = Math.min(scriptsPerRound, Math.ceil((frames - arena.sent) / framesPerScript));
    found = await playRound(arena, seed + round, runs);
  }
  await arena.renew();
  const seconds = (performance.now() - began) / 1000;
  return { target: target.name, seed, frames: arena.sent, seconds, found };
}

const framesPerScript = 30;
const scriptsPerRound = 200;

async function playRound(arena: Arena, seed: number, runs: number): Promise<Finding | undefined> {
  const property = fc.asyncProperty(anyScript(arena.target.frames), (script) => arena.play(script));
  const { failed, counterexample, errorInstance } = await fc.check(property, { seed, numRuns: runs });
  await arena.renew();
  if (!failed) return undefined;
  const script = counterexample?.[0] ?? { from: 'start', steps: [], cuts: [] };
  return {
    seed,
    error: errorInstance instanceof Error ? errorInstance.message : String(errorInstance),
    script,
  };
}

/** Where scripts are played, one after the other; nothing may leave by another way than a script's own. */
class Arena {
  readonly target: FuzzTarget;
  sent = 0;
  #subject: Subject | undefined;

  constructor(target: FuzzTarget) {
    this.target = target;
  }

  async play(script: FuzzScript): Promise<void> {
    const strays: unknown[] = [];
    const stray = (error: unknown): void => void strays.push(error);
    process.on('uncaughtException', stray).on('unhandledRejection', stray);
    try {
      this.#subject ??= this.target.open();
      this.sent += await this.#subject.play(script);
      await turn();
    } catch (error) {
      await this.renew();
      throw error;
    } finally {
      process.off('uncaughtException', stray).off('unhandledRejection', stray);
    }
    if (strays.length === 0) return;
    await this.renew();
    throw new Error(`an error got away: ${String((strays[0] as Error)?.stack ?? strays[0])}`);
  }

  /** What harm was done shall not be taken for that of the next script. */
  async renew(): Promise<void> {
    const subject = this.#subject;
    this.#subject = undefined;
    await subject?.end();
  }
}

function anyScript(frames: fc.Arbitrary<FuzzFrame>): fc.Arbitrary<FuzzScript> {
  const app = fc.record({
    is: fc.constant('app' as const),
    does: fc.constantFrom('call', 'notify', 'configure', 'give up'),
  });
  const step: fc.Arbitrary<FuzzStep> = fc.oneof(
    { weight: 9, arbitrary: frames },
    { weight: 1, arbitrary: app },
  );
  return fc.record({
    from: fc.constantFrom('start', 'registered', 'ready', 'ready'),
    steps: fc.array(step, { minLength: 1, maxLength: 60, size: 'max' }),
    cuts: fc.oneof(fc.constant([]), fc.array(fc.integer({ min: 1, max: 60 }), { maxLength: 4 })),
  });
}
