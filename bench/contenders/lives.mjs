import { createTestManager, initialises, life, registers } from '../../dist/testing/index.js';

/** A manager whose processes are played; with `watch`, an inspector is made for it. */
export async function lives(watch) {
  const manager = createTestManager({ modules: { lamp: life([registers(), initialises()]) } });
  const watcher = await watch?.(manager, { port: 0 });
  const lamp = manager.add({ id: 'lamp', module: 'lamp.js', enabled: false });
  return {
    async live(milliseconds) {
      const end = performance.now() + milliseconds;
      const cpu = process.cpuUsage();
      let count = 0;
      for (; performance.now() < end; count += 1) {
        lamp.enable();
        await manager.advance(1000);
        if (lamp.status.state !== 'ready')
          throw new Error(`It is ${lamp.status.state}: ${lamp.status.reason}`);
        lamp.disable();
        await manager.advance(10_000);
      }
      const { user, system } = process.cpuUsage(cpu);
      return { microseconds: (user + system) / count };
    },
    async close() {
      await watcher?.close();
      await manager.stop();
    },
  };
}
