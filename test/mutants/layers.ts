import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import type * as testingKit from '../../src/testing/index.ts';
import type { Model } from '../../src/testing/index.ts';
import type * as randomLivesFile from '../testing/random-lives/play.ts';
import type { Test } from './little-vitest.ts';
import type { Scene } from './scene.ts';

/** One part of the suite that is fast enough to be run against every mutant. */
export interface Layer {
  readonly name: string;
  /** What it found wrong; null if nothing. */
  run(scene: Scene): Promise<string | null>;
}

type Testing = typeof testingKit;

/**
 * The layers in the order in which they are tried: what is quick and finds much first. The thorough ones take ten seconds for each mutant that the others
 * don't kill. The table in docs/connection.md is none of them: it is made from the machine, differs for every mutant, and so would say nothing about the suite.
 */
export function layers(isThorough: boolean): readonly Layer[] {
  const quick = [
    { name: 'lint', run: tests('test/machines/chart.test.js', 'the chart of a') },
    { name: 'examples', run: examples },
    { name: 'fake modules', run: tests('test/testing/fake-process.test.js') },
    { name: 'honest model', run: checked(honest) },
  ];
  const thorough = [
    { name: 'small model', run: checked(({ levels }) => levels[0]?.model() as never) },
    {
      name: 'coverage',
      run: tests('test/testing/coverage.slow.test.js', 'can be in each|takes every branch'),
    },
    { name: 'random lives', run: randomLives },
  ];
  return isThorough ? [...quick, ...thorough] : quick;
}

/** Lets the layers judge; the first that finds something is the one that counts. */
export async function judge(
  scene: Scene,
  all: readonly Layer[],
): Promise<{ layer: string; detail: string } | null> {
  for (const { name, run } of all) {
    const detail = await run(scene).catch(told);
    if (detail !== null) return { layer: name, detail: detail.slice(0, 300) };
  }
  return null;
}

// Mutants that are alike are killed by the same test: who killed the last is asked first.
const killers = new Map<string, number>();

async function examples(scene: Scene): Promise<string | null> {
  const own = await readdir(join(scene.folder, 'test/machines'));
  const files = own
    .filter((file) => file.endsWith('.test.js') && file !== 'chart.test.js')
    .map((file) => `test/machines/${file}`);
  const others = ['start-slots', 'policy-options'].map((name) => `test/manager/${name}.test.js`);
  const all: Test[] = [];
  for (const file of [...files, ...others]) all.push(...(await scene.testsOf(file)));
  const inOrder = all.toSorted((a, b) => (killers.get(b.name) ?? 0) - (killers.get(a.name) ?? 0));
  for (const test of inOrder) {
    const found = await outcomeOf(test);
    if (found === null) continue;
    killers.set(test.name, killers.size === 0 ? 1 : Math.max(...killers.values()) + 1);
    return found;
  }
  return null;
}

function tests(file: string, which = '') {
  const isMeant = ({ name }: Test): boolean => new RegExp(which).test(name);
  // What this file computes when it is loaded, it computes from the machine.
  const again = file.includes('coverage');
  return async (scene: Scene): Promise<string | null> => {
    for (const test of (await scene.testsOf(file, again)).filter(isMeant)) {
      const found = await outcomeOf(test);
      if (found !== null) return found;
    }
    return null;
  };
}

async function outcomeOf({ name, run }: Test): Promise<string | null> {
  try {
    await run();
    return null;
  } catch (error) {
    return `${name}: ${told(error)}`;
  }
}

function checked(modelOf: (testing: Testing) => Model) {
  return async (scene: Scene): Promise<string | null> => {
    const testing = await scene.load<Testing>('src/testing/index.js');
    const { violations } = testing.checkModel(modelOf(testing), { violations: 1, configurations: 40_000 });
    return violations[0] === undefined ? null : testing.printViolation(violations[0]);
  };
}

// An honest module and small numbers: 3000 configurations.
function honest({ levels, connectionModel }: Testing) {
  const small = levels[0]?.model();
  const policy = small?.input?.policy;
  const names = new Set(small?.environment.moves.map(({ name }) => name));
  return connectionModel({
    lies: false,
    late: false,
    moves: (name) => names.has(name),
    ...(policy && {
      policy: {
        ...policy,
        intensity: { ...policy.intensity, crashes: 0 },
        heartbeat: { ...policy.heartbeat, suspectAfter: 1, putDownAfter: 2 },
      },
    }),
  });
}

async function randomLives(scene: Scene): Promise<string | null> {
  const { check } = await import('fast-check');
  const { livesHold } = await scene.load<typeof randomLivesFile>('test/testing/random-lives/play.js');
  const { failed, errorInstance } = await check(livesHold(), { seed: 7, numRuns: 60, endOnFailure: true });
  return failed ? told(errorInstance) : null;
}

function told(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
