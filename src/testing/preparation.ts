import type { Clock } from '../clock.ts';
import { GreenroomError } from '../errors.ts';
import type { Life } from './life.ts';

/** Finds the module of a played process as its life says: at once, later, not at all, or never. */
export async function findAsItsLifeSays(
  { preparation = {} }: Pick<Life, 'preparation'>,
  clock: Clock,
  signal: AbortSignal,
): Promise<void> {
  if (preparation === 'never') return new Promise(() => {});
  const { after, fails } = preparation;
  if (after !== undefined) await pause(clock, after, signal);
  if (fails !== undefined) throw new GreenroomError('MODULE_INVALID', fails);
}

function pause(clock: Clock, milliseconds: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const timer = clock.setTimeout(resolve, milliseconds);
    signal.addEventListener('abort', () => clock.clearTimeout(timer), { once: true });
  });
}
