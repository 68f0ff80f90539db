// Sets OpenTelemetry up for one process. Each span becomes a line of JSON on stdout here; a real app exports to its collector instead.
import { NodeTracerProvider, SimpleSpanProcessor } from '@opentelemetry/sdk-trace-node';

export function startTracing(service) {
  const exporter = {
    export(spans, done) {
      for (const span of spans) process.stdout.write(`${JSON.stringify(lineOf(service, span))}\n`);
      done({ code: 0 });
    },
    shutdown: async () => {},
  };
  new NodeTracerProvider({ spanProcessors: [new SimpleSpanProcessor(exporter)] }).register();
}

function lineOf(service, span) {
  const { traceId, spanId } = span.spanContext();
  const parent = span.parentSpanContext?.spanId ?? null;
  return { service, span: span.name, pid: process.pid, traceId, spanId, parent };
}
