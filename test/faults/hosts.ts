import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readdirSync, readFileSync } from 'node:fs';
import { createInterface } from 'node:readline';
import { onTestFinished } from 'vitest';
import type { GuardOptions, GuardStatus, LauncherStatus, ManagerOptions } from '../../src/index.ts';
import { builtPath } from '../built.ts';
import { fixture } from './manager.ts';
import { lives, until } from './operating-system.ts';

/** What a host is told to do; see `fixtures/host-of-one-module.js`. */
export interface HostOrder {
  readonly module?: string;
  readonly companion?: string;
  readonly env?: Readonly<Record<string, string>>;
  readonly guards?: GuardOptions;
  readonly launcher?: boolean;
  readonly policy?: ManagerOptions['policy'];
  readonly ending?: string;
  /** How much memory it has beside its own. Mebibytes, default 0. */
  readonly ballast?: number;
  /** Where the host looks for programs. */
  readonly path?: string;
}

/** What a host says. */
export interface HostWord {
  readonly state?: string;
  readonly pid?: number | null;
  readonly spare?: number | null;
  readonly line?: string;
  readonly guards?: GuardStatus;
  readonly launcher?: LauncherStatus;
  readonly stopped?: true;
}

let started = 0;

/** Starts an app with one module in a process of its own. What is left of both is killed when the test is over. */
export async function startHost({ path, module, companion, ...order }: HostOrder) {
  await builtPath();
  const id = `hosted-${process.pid}-${(started += 1)}`;
  const words: HostWord[] = [];
  const told = JSON.stringify({
    ...order,
    id,
    ...(module === undefined ? {} : { module: fixture(module) }),
    ...(companion === undefined ? {} : { companion: fixture(companion) }),
  });
  const host = spawn(process.execPath, [fixture('host-of-one-module.js'), told], {
    stdio: ['ignore', 'pipe', 'ignore'],
    env: { ...process.env, ...(path === undefined ? {} : { PATH: path }) },
  });
  const exit = once(host, 'exit') as Promise<[number | null, string | null]>;
  createInterface(host.stdout).on('line', (line) => words.push(JSON.parse(line) as HostWord));
  onTestFinished(async () => {
    host.kill('SIGKILL');
    await exit;
    for (const pid of processesWith(id)) process.kill(pid, 'SIGKILL');
  });
  return {
    host,
    exit,
    words,
    /** Resolves with the first word that fits. */
    async said(what: string, fits: (word: HostWord) => boolean): Promise<HostWord> {
      await until(`the host says ${what}`, () => words.some(fits));
      return words.find(fits)!;
    },
    /** All living processes of the connection, programs that the module started included. */
    processes: () => processesWith(id),
    /** Resolves when nobody is left. Nobody is seen before it has become its program, so one look isn't enough. */
    nobodyIsLeft(): Promise<void> {
      let since = Date.now();
      return until('nobody is left', () => {
        if (processesWith(id).length > 0) since = Date.now();
        return Date.now() - since > 150;
      });
    },
    /** Kills the host as nothing else can: none of its code runs any more. */
    async kill(): Promise<void> {
      host.kill('SIGKILL');
      await exit;
    },
  };
}

/** Those who live and carry this text in their environment. */
function processesWith(text: string): number[] {
  const pids = readdirSync('/proc').map(Number).filter(Number.isInteger);
  return pids.filter((pid) => environment(pid).includes(`=${text}\0`) && lives(pid));
}

function environment(pid: number): string {
  try {
    return readFileSync(`/proc/${pid}/environ`, 'utf8');
  } catch {
    // It ended meanwhile, or belongs to another user.
    return '';
  }
}
