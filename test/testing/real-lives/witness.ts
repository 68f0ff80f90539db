import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Act, DiaryLine } from '../../../src/testing/index.ts';
import type { SeenProcess } from '../random-lives/invariants.ts';
import { childModules } from './children.ts';

/** Knows of real processes what they wrote into their diary and what the operating system says, and nothing that the library says. */
export class Witness {
  readonly #folder = mkdtempSync(join(tmpdir(), 'greenroom-lives-'));
  readonly diary = join(this.#folder, 'diary');
  /** All that were ever seen, by connection and incarnation. */
  readonly #pids = new Map<string, number>();

  constructor() {
    writeFileSync(this.diary, '');
  }

  processesOf(connection: string): SeenProcess[] {
    const lines = this.#lines().filter((line) => line.connection === connection);
    const living = childModules().filter((child) => child.connection === connection);
    for (const { incarnation, pid } of [...lines, ...living])
      this.#pids.set(`${incarnation} of ${connection}`, pid);
    const incarnations = new Set([...lines, ...living].map(({ incarnation }) => incarnation));
    return [...incarnations].map((incarnation) => {
      const own = lines.filter((line) => line.incarnation === incarnation);
      const isAlive = living.some((child) => child.incarnation === incarnation);
      return {
        incarnation,
        pid: this.#pids.get(`${incarnation} of ${connection}`) ?? 0,
        isAlive,
        did: own.flatMap(({ did }): Act[] => (did === undefined ? [] : [did])),
        heard: own.flatMap(({ heard }) => (heard === undefined ? [] : [{ what: heard }])),
        // Only its parent is told how a process ended, and that is whom we watch.
        exit: isAlive ? null : {},
      };
    });
  }

  forget(): void {
    rmSync(this.#folder, { recursive: true, force: true });
  }

  #lines(): DiaryLine[] {
    const lines = readFileSync(this.diary, 'utf8').split('\n').filter(Boolean);
    return lines.map((line) => JSON.parse(line) as DiaryLine);
  }
}
