import { tracingChannel } from 'node:diagnostics_channel';
import type { Connection } from './connection.ts';

/** What is published about a call on the tracing channel `greenroom:call`, whose `error` and `result` Node adds. */
export interface TracedCall {
  readonly connection: Connection;
  readonly incarnation: number;
  readonly name: string;
  /** `out` is a call of the app to the module, `in` one of the module to the app. */
  readonly direction: 'out' | 'in';
}

const channel = tracingChannel<unknown, TracedCall>('greenroom:call');

/** Makes a call that whoever subscribes to `tracing:greenroom:call:…` of `node:diagnostics_channel` can follow; costs nothing while nobody does. */
export function traceCall(
  connection: Connection,
  direction: TracedCall['direction'],
  name: string,
  call: () => Promise<unknown>,
): Promise<unknown> {
  if (!channel.hasSubscribers) return call();
  const { incarnation } = connection.status;
  return channel.tracePromise(call, { connection, incarnation, name, direction });
}
