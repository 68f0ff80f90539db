import type { ConnectionContext } from './connection-context.ts';

/** Every timer of the connection: `…Timeout` is patience with somebody else, `…Delay` our own wait. In milliseconds. */
export const timers = {
  prepareTimeout: ({ policy }: ConnectionContext) => policy.deadlines.prepare,
  spawnTimeout: ({ policy }: ConnectionContext) => policy.deadlines.spawn,
  registerTimeout: ({ policy }: ConnectionContext) => policy.deadlines.register,
  initTimeout: ({ policy }: ConnectionContext) => policy.deadlines.init,
  leaveTimeout: ({ policy }: ConnectionContext) => policy.deadlines.leave,
  askTimeout: ({ policy }: ConnectionContext) => policy.deadlines.ask,
  terminateTimeout: ({ policy }: ConnectionContext) => policy.deadlines.terminate,
  killTimeout: ({ policy }: ConnectionContext) => policy.deadlines.kill,
  restartDelay: ({ failures }: ConnectionContext) => failures.delay,
  probeDelay: ({ policy }: ConnectionContext) => policy.intensity.probe,
  forgetDelay: ({ policy }: ConnectionContext) => policy.backoff.forgetAfter,
} as const;

export type Timer = keyof typeof timers;

/**
 * When an event happened. Events carry their time; a timer's own event happens when it was due, so that neither guards nor actions
 * read a clock.
 */
export function timeOf(
  context: Pick<ConnectionContext, 'since' | 'due'>,
  event: { readonly at?: unknown },
): number {
  return typeof event.at === 'number' ? event.at : (context.due ?? context.since);
}
