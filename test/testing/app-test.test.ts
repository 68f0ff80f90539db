import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { firstPanel, panel } from '../../examples/app-test/panel.ts';
import { dimsAfterACrash, lampTellsTheTruth, storesConfig } from '../../examples/app-test/rules.ts';

describe('the example of an app', () => {
  it('shows a green lamp for a module that hangs, in its first version, which the kit finds', async () => {
    const found = await fc.check(lampTellsTheTruth(firstPanel), { numRuns: 200, seed: 15 });
    expect(found.failed).toBe(true);
    expect(String(found.errorInstance)).toMatch(/It shows green while (suspect|puttingDown|stopping)/);
    const [first] = found.counterexample ?? [];
    expect(first?.acts.length).toBeLessThanOrEqual(4);
  });

  it('shows the truth in every life of a module, in the version that was shipped', async () => {
    await fc.assert(lampTellsTheTruth(panel), { numRuns: 50 });
  });

  it('gives up when a module dies during a call in its first version, and waits for the next process since', async () => {
    await expect(dimsAfterACrash(firstPanel)).rejects.toMatchObject({ code: 'CONNECTION_NOT_READY' });
    await expect(dimsAfterACrash(panel)).resolves.toBe('at 30');
  });

  it('stores the config that a module has changed', async () => {
    await expect(storesConfig(panel)).resolves.toEqual({ stored: { paired: true }, init: { paired: true } });
  });
});
