// A module that continues the trace of whoever calls it, also in what it asks the app meanwhile.
import { context, propagation, ROOT_CONTEXT, SpanKind, trace } from '@opentelemetry/api';
import { runModule } from 'greenroom/module';
import { startTracing } from './start-tracing.js';

startTracing('lamp');
const tracer = trace.getTracer('lamp');

runModule({
  name: 'lamp',
  init: () => {},
  calls: traced({
    async dim({ to }, { host }) {
      const { isDark } = await host.call('house', undefined, { meta: carried() });
      return isDark ? to : 100;
    },
  }),
});

/** The same calls, each in a span whose parent is the caller's. */
function traced(calls) {
  return Object.fromEntries(
    Object.entries(calls).map(([name, answer]) => [
      name,
      (payload, call) => {
        const caller = propagation.extract(ROOT_CONTEXT, call.meta);
        return tracer.startActiveSpan(name, { kind: SpanKind.SERVER }, caller, async (span) => {
          try {
            return await answer(payload, call);
          } finally {
            span.end();
          }
        });
      },
    ]),
  );
}

/** The context of the present span, to be taken along. */
function carried() {
  const meta = {};
  propagation.inject(context.active(), meta);
  return meta;
}
