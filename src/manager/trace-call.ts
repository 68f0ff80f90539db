import { tracingChannel } from 'node:diagnostics_channel';
import type { CallMeta, CallOptions, Session } from '../process/protocol.ts';
import type { Connection } from './connection.ts';

/** What is published about a call on the tracing channel `greenroom:call`, whose `error` and `result` Node adds. */
export interface TracedCall {
  readonly connection: Connection;
  readonly incarnation: number;
  readonly name: string;
  /** `out` is a call of the app to the module, `in` one of the module to the app. */
  readonly direction: 'out' | 'in';
  /** What goes along with the call, such as the context of a trace. While `out` starts, subscribers may add to it. */
  readonly meta: Record<string, string>;
}

const channel = tracingChannel<unknown, TracedCall>('greenroom:call');

/** Makes a call, with what subscribers make of its meta, that whoever subscribes to `tracing:greenroom:call:…` of `node:diagnostics_channel` can follow; costs nothing while nobody does. */
export function traceCall(
  connection: Connection,
  direction: TracedCall['direction'],
  name: string,
  given: { readonly meta?: CallMeta | undefined },
  call: (meta: CallMeta | undefined) => Promise<unknown>,
): Promise<unknown> {
  if (!channel.hasSubscribers) return call(undefined);
  const { incarnation } = connection.status;
  const meta = { ...given.meta };
  return channel.tracePromise(() => call(meta), { connection, incarnation, name, direction, meta });
}

/** Calls a module, traced in the same way. Nothing is set aside for that while nobody subscribes: with a function in it, this would cost more than all checks of a call. */
export function callModule(
  connection: Connection,
  session: Session,
  name: string,
  payload: unknown,
  options: CallOptions,
): Promise<unknown> {
  if (!channel.hasSubscribers) return session.call(name, payload, options);
  return traceOut(connection, session, name, payload, options);
}

function traceOut(...[connection, session, name, payload, options]: Parameters<typeof callModule>) {
  return traceCall(connection, 'out', name, options, (meta) =>
    session.call(name, payload, { ...options, meta }),
  );
}
