import type { Json } from '../../index.ts';
import { endWithReader } from '../end-with-reader.ts';
import { readJson } from '../file/read-file.ts';
import { moduleAt } from './module-at.ts';
import { createReport, type Report } from './report.ts';
import { createStage, Failure, type Stage } from './stage.ts';
import { stepsFor, type Step } from './steps.ts';

export interface CheckOptions {
  readonly path: string;
  /** A JSON file that holds the config; null for none. */
  readonly config: string | null;
  readonly channel: 'lines' | 'stdio';
  /** How long the module may take to get ready, in milliseconds. */
  readonly timeout: number;
}

/**
 * Tries a module from its handshake to its end and reports to stdout; resolves with 0 if all went well, else 1.
 * @throws {GreenroomError} `MODULE_INVALID` or `FILE_INVALID` when there is nothing to try.
 */
export async function check(options: CheckOptions): Promise<number> {
  endWithReader();
  const config = options.config === null ? undefined : ((await readJson(options.config)) as Json);
  const found = await moduleAt(options.path, options.channel);
  const stage = createStage(found, config, options.timeout);
  const report = createReport(process.stdout, `${options.path}, ${found.kind}`);
  try {
    for (const step of stepsFor(stage)) await take(step, stage, report);
  } finally {
    await stage.manager.stop();
    stage.host?.[Symbol.dispose]();
  }
  return report.end();
}

async function take(step: Step, stage: Stage, report: Report): Promise<void> {
  if (report.isHopeless && !step.always) return report.skip(step.title);
  const began = performance.now();
  try {
    const detail = await step.run(stage);
    report.pass(step.title, performance.now() - began, detail ?? '');
  } catch (error) {
    const failure =
      error instanceof Failure ? error : new Failure(String(error), 'This is unexpected: please report it.');
    report.fail(step, performance.now() - began, failure);
  }
}
