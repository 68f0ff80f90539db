import { cp, link, mkdir, readdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import type { connectionMachine } from '../../src/machines/connection.ts';
import type * as setup from '../../src/machines/connection-setup.ts';
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

/** A scene whose chart can become another one again and again; all modules stay loaded. */
export interface ChartScene extends Scene {
  become(edits: readonly Edit[]): Promise<void>;
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

/** A scene in which the machine is whatever it was last told to become. */
export async function chartScene(root: string): Promise<ChartScene> {
  const scene = await sceneOf(root, null);
  const machines = join(scene.folder, 'src/machines');
  await rename(join(machines, 'connection.js'), join(machines, 'connection-written.js'));
  await writeFile(join(machines, 'connection.js'), replaceable);
  return {
    ...scene,
    async become(edits) {
      const { connectionMachine: written } = await scene.load<Written>('src/machines/connection-written.js');
      const { connectionSetup } = await scene.load<Setup>('src/machines/connection-setup.js');
      const { become } = await scene.load<Replaceable>('src/machines/connection.js');
      const machine = connectionSetup.createMachine(edited(written.config, edits) as never);
      const guards = ableToNegate(machine.implementations.guards);
      become(machine.provide({ guards: guards }));
    },
  };
}

type Written = { readonly connectionMachine: typeof connectionMachine };
type Setup = typeof setup;
type Replaceable = { become(machine: unknown): void };

// Importers read the binding when they use it, so that one call changes the machine for all of them.
const replaceable = `import { connectionMachine as written } from './connection-written.js';
export let connectionMachine = written;
export function become(machine) {
  connectionMachine = machine;
}
`;

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
