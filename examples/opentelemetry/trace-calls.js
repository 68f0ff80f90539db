// Makes a span of every call between an app and its modules. It knows nothing of the app: the calls come from node:diagnostics_channel.
import { subscribe } from 'node:diagnostics_channel';
import { context, propagation, SpanKind, SpanStatusCode, trace } from '@opentelemetry/api';

export function traceCalls() {
  const tracer = trace.getTracer('greenroom');
  const spans = new WeakMap();
  subscribe('tracing:greenroom:call:start', (call) => {
    const isOut = call.direction === 'out';
    // A call of a module brings the context of its trace along; a call of the app takes it with it.
    const parent = isOut ? context.active() : propagation.extract(context.active(), call.meta);
    const kind = isOut ? SpanKind.CLIENT : SpanKind.SERVER;
    const attributes = {
      'greenroom.connection': call.connection.id,
      'greenroom.incarnation': call.incarnation,
    };
    const span = tracer.startSpan(call.name, { kind, attributes }, parent);
    spans.set(call, span);
    if (isOut) propagation.inject(trace.setSpan(parent, span), call.meta);
  });
  subscribe('tracing:greenroom:call:asyncEnd', (call) => {
    const span = spans.get(call);
    if (call.error !== undefined)
      span?.setStatus({ code: SpanStatusCode.ERROR, message: String(call.error) });
    span?.end();
  });
}
