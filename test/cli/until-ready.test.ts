import { expect, test } from 'vitest';
import { untilReady } from '../../src/cli/run/until-ready.ts';
import { commandModule, createManager } from '../../src/index.ts';

test('a signal that came before anybody waits ends the wait', async () => {
  const manager = createManager();
  manager.add({ id: 'lamp', module: commandModule({ command: 'not-started-yet' }) });
  expect(await untilReady(manager, 60_000, AbortSignal.abort())).toBeNull();
  await manager.stop();
});
