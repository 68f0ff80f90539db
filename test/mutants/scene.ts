import { cp, link, mkdir, readdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import type { AnyStateMachine } from 'xstate';
import { charts, type MutantOfChart } from './charts.ts';
import type { Edit } from './edits.ts';
import { edited } from './edits.ts';
import { takeTests, type Test } from './little-vitest.ts';
import { ableToNegate } from './negated.ts';
import type { SourceMutant } from './source-mutants.ts';

/** A copy of the compiled library and its tests, loaded into this process as modules of their own. */
export interface Scene {
  /** Loads a compiled file; `again` loads it once more, beside what was loaded before. */
  load<T>(file: string, again?: boolean): Promise<T>;
  /** The tests of a compiled test file. */
  testsOf(file: string, again?: boolean): Promise<readonly Test[]>;
  readonly folder: string;
}

/** A scene whose charts can become others again and again; all modules stay loaded. */
export interface ChartScene extends Scene {
  become(mutant: Pick<MutantOfChart, 'chart' | 'edits'>): Promise<void>;
}

let copies = 0;

/** A scene in which one source differs; null: in which all is as it was written. Delete its folder when it is done. */
export async function sceneOf(root: string, mutant: SourceMutant | null): Promise<Scene> {
  const folder = join(root, 'trees', `${process.pid}-${(copies += 1)}`);
  await copyTree(join(root, 'base'), folder);
  if (mutant !== null) {
    const file = join(folder, 'src', mutant.file);
    const source = await readFile(file, 'utf8');
    // The copy is a link: what it names must not be written to.
    await rm(file);
    await writeFile(file, source.slice(0, mutant.start) + mutant.text + source.slice(mutant.end));
  }
  return opened(folder);
}

/** A scene in which the machines are whatever they were last told to become. */
export async function chartScene(root: string): Promise<ChartScene> {
  const scene = await sceneOf(root, null);
  const machines = join(scene.folder, 'src/machines');
  for (const chart of Object.keys(charts)) {
    await rename(join(machines, `${chart}.js`), join(machines, `${chart}-written.js`));
    await writeFile(join(machines, `${chart}.js`), replaceable(chart));
  }
  return {
    ...scene,
    async become({ chart, edits }) {
      for (const name of Object.keys(charts)) await become(scene, name, name === chart ? edits : []);
    },
  };
}

async function become(scene: Scene, chart: string, edits: readonly Edit[]): Promise<void> {
  const written = await scene.load<Charts>(`src/machines/${chart}-written.js`);
  const setup = await scene.load<Setups>(`src/machines/${chart}-setup.js`);
  const replaced = await scene.load<Replaceable>(`src/machines/${chart}.js`);
  const original = written[`${chart}Machine`];
  if (edits.length === 0) return replaced.become(original);
  const machine = setup[`${chart}Setup`]?.createMachine(edited(original?.config, edits) as never);
  const guards = ableToNegate(machine?.implementations.guards ?? {});
  replaced.become(machine?.provide({ guards } as never));
}

type Charts = Readonly<Record<string, AnyStateMachine>>;
type Setups = Readonly<Record<string, { createMachine(config: never): AnyStateMachine }>>;
type Replaceable = { become(machine: unknown): void };

// Importers read the binding when they use it, so that one call changes the machine for all of them.
function replaceable(chart: string): string {
  return `import { ${chart}Machine as written } from './${chart}-written.js';
export let ${chart}Machine = written;
export function become(machine) {
  ${chart}Machine = machine;
}
`;
}

function opened(folder: string): Scene {
  let loaded = 0;
  const known = new Map<string, readonly Test[]>();
  const load = async <T>(file: string, again = false): Promise<T> => {
    const { href } = pathToFileURL(join(folder, file));
    return (await import(again ? `${href}?${(loaded += 1)}` : href)) as T;
  };
  return {
    folder,
    load,
    async testsOf(file, again) {
      const before = known.get(file);
      if (before !== undefined && !again) return before;
      takeTests();
      await load(file, again);
      const tests = takeTests();
      known.set(file, tests);
      return tests;
    },
  };
}

async function copyTree(from: string, to: string): Promise<void> {
  await mkdir(to, { recursive: true });
  for (const entry of await readdir(from, { withFileTypes: true })) {
    const [source, copy] = [join(from, entry.name), join(to, entry.name)];
    if (entry.isDirectory()) await copyTree(source, copy);
    else await link(source, copy).catch(() => cp(source, copy));
  }
}
