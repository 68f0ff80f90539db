import { companionSteps } from './companion-steps.ts';
import { endSteps } from './end-steps.ts';
import type { Stage } from './stage.ts';
import { startSteps } from './start-steps.ts';

/** One thing a module must be able to do. */
export interface Step {
  readonly title: string;
  /** Resolves with what else there is to say; rejects with a `Failure`. */
  run(stage: Stage): Promise<string | void>;
  /** Without it the others make no sense. Default false. */
  readonly isNecessary?: boolean;
  /** It is run even then. Default false. */
  readonly always?: boolean;
}

/** What this module is tried with, in this order. */
export function stepsFor({ host }: Stage): readonly Step[] {
  return [...startSteps, ...(host ? companionSteps(host) : []), ...endSteps];
}
