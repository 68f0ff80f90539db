import * as fc from 'fast-check';
import {
  createTestManager,
  exits,
  initialises,
  life,
  registers,
  savesConfig,
  type Life,
} from 'greenroom/testing';
import { anyLife } from 'greenroom/testing/arbitraries';
import type { MakePanel } from './panel.ts';

/** The lamp tells the truth, whatever the module does: it is green exactly while the module is ready. */
export function lampTellsTheTruth(makePanel: MakePanel) {
  return fc.asyncProperty(anyLife(), anyLife(), async (first, second) => {
    await using manager = createTestManager({ modules: { light: [first, second] } });
    const shown = makePanel(manager);
    const light = manager.add({ id: 'light', module: 'modules/light.js' });
    for (let seconds = 0; seconds < 40; seconds += 2) {
      await manager.advance(2000);
      const { state } = light.status;
      const expected = state === 'ready' ? 'green' : 'red';
      if (shown.lamp('light') !== expected) throw new Error(`It shows ${shown.lamp('light')} while ${state}`);
    }
  });
}

/** A light is dimmed although its module dies while it is asked to: the next process does it. */
export async function dimsAfterACrash(makePanel: MakePanel): Promise<unknown> {
  const dies: Life = life([registers({ after: 20 }), initialises()], {
    calls: { dim: () => new Promise(() => {}) },
  });
  const lives: Life = life([registers({ after: 20 }), initialises()], {
    calls: { dim: (level) => `at ${String(level)}` },
  });
  await using manager = createTestManager({ modules: { light: [dies, lives] } });
  const shown = makePanel(manager);
  const light = manager.add({ id: 'light', module: 'modules/light.js' });
  await manager.until(light.waitFor('ready'));
  const dimmed = shown.dim('light', 30);
  manager.process('light').does(exits('SIGSEGV'));
  return await manager.until(dimmed);
}

/** What a module has changed of its config is stored, and is what its next process gets. */
export async function storesConfig(makePanel: MakePanel): Promise<unknown> {
  const pairing = life([registers(), initialises(), savesConfig({ paired: true }), exits(1, { after: 10 })]);
  await using manager = createTestManager({
    modules: { light: [pairing, life([registers(), initialises()])] },
  });
  const shown = makePanel(manager);
  manager.add({ id: 'light', module: 'modules/light.js', config: { paired: false } });
  await manager.advance(10);
  const init = manager.process('light').heard.find(({ what }) => what === '$init');
  return {
    stored: shown.stored.get('light'),
    init: (init?.payload as { config?: unknown } | undefined)?.config,
  };
}
