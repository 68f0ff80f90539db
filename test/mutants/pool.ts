import { fork, type ChildProcess } from 'node:child_process';
import { join } from 'node:path';
import type { Job, Verdict } from './worker.ts';

export interface PoolOptions {
  readonly root: string;
  readonly workers: number;
  /** Whether those that the quick layers don't kill are judged by the slow ones, too. */
  readonly thorough: boolean;
  /** After so many milliseconds without an answer a mutant counts as killed: it doesn't end. */
  readonly patience: number;
}

const memory = 900e6;

/** Lets several processes judge the jobs, each in its turn. `onVerdict` is called for each, in any order. */
export async function judgeAll(
  jobs: readonly Job[],
  options: PoolOptions,
  onVerdict: (index: number, verdict: Verdict & { readonly seconds: number }) => void,
): Promise<void> {
  const line = jobs.entries();
  const work = async (): Promise<void> => {
    let worker: ChildProcess | undefined;
    for (const [index, job] of line) {
      worker ??= start(options);
      const began = performance.now();
      const verdict = await ask(worker, job, options.patience);
      onVerdict(index, { ...verdict, seconds: (performance.now() - began) / 1000 });
      // Modules are never unloaded, and who doesn't answer has to go.
      if (verdict.rss > memory) worker = end(worker);
    }
    if (worker !== undefined) end(worker);
  };
  await Promise.all(Array.from({ length: options.workers }, work));
}

function start({ root, thorough }: PoolOptions): ChildProcess {
  return fork(join(import.meta.dirname, 'worker.js'), [root, thorough ? 'thorough' : 'quick'], {
    stdio: 'inherit',
  });
}

function end(worker: ChildProcess): undefined {
  worker.kill('SIGKILL');
}

function ask(worker: ChildProcess, job: Job, patience: number): Promise<Verdict> {
  return new Promise((resolve) => {
    const settle = (verdict: Verdict): void => {
      clearTimeout(timer);
      worker.removeAllListeners();
      resolve(verdict);
    };
    const lost = (layer: string, detail: string) => (): void =>
      settle({ layer, detail, rss: Number.POSITIVE_INFINITY });
    const timer = setTimeout(lost('time', `no answer within ${patience} ms`), patience);
    worker.once('exit', lost('exit', 'the process that ran it ended'));
    worker.once('message', settle);
    worker.send(job);
  });
}
