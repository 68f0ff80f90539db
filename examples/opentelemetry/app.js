// An app whose trace goes on in its module and comes back: run it with `node examples/opentelemetry/app.js`.
import { join } from 'node:path';
import { trace } from '@opentelemetry/api';
import { createManager } from 'greenroom';
import { startTracing } from './start-tracing.js';
import { traceCalls } from './trace-calls.js';

startTracing('app');
traceCalls();

const manager = createManager({ handlers: { house: () => ({ isDark: true }) } });
manager.on('output', ({ line }) => console.log(line));

const lamp = manager.add({ id: 'lamp', module: join(import.meta.dirname, 'lamp.js') });
await lamp.waitFor('ready', { timeout: 20_000 });

await trace.getTracer('app').startActiveSpan('evening', async (span) => {
  await lamp.call('dim', { to: 20 });
  span.end();
});
await manager.stop();
