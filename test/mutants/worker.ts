import { rm } from 'node:fs/promises';
import { mutantsOfCharts, type MutantOfChart } from './charts.ts';
import { judge, layers } from './layers.ts';
import { chartScene, sceneOf, type ChartScene } from './scene.ts';
import type { SourceMutant } from './source-mutants.ts';

/** What a worker is told: which mutant to judge; null is the original. One of the chart by its name, since charts hold functions, which can't be sent. */
export type Job = { readonly chart: string } | { readonly source: SourceMutant | null };

/** What it answers. */
export type Verdict = { readonly layer: string | null; readonly detail: string; readonly rss: number };

const [root, thorough] = process.argv.slice(2) as [string, string];
const all = layers(thorough === 'thorough');
const mutants = new Map(mutantsOfCharts().map((mutant) => [mutant.id, mutant]));
let chart: Promise<ChartScene> | undefined;
let uncaught: string | null = null;

// An error that nobody caught fails a run of vitest, too.
process.on('uncaughtException', (error) => {
  uncaught = error.message;
});
process.on('unhandledRejection', (error) => {
  uncaught = String(error);
});
process.on('disconnect', () => process.exit());
process.on('message', (job: Job) => {
  uncaught = null;
  void answer(job).then((verdict) => process.send?.(verdict));
});

async function answer(job: Job): Promise<Verdict> {
  const found = 'chart' in job ? await ofChart(job.chart) : await ofSource(job.source);
  await new Promise((resolve) => setImmediate(resolve));
  const { rss } = process.memoryUsage();
  if (found !== null) return { ...found, rss };
  return uncaught === null ? { layer: null, detail: '', rss } : { layer: 'uncaught', detail: uncaught, rss };
}

async function ofChart(name: string) {
  const mutant = mutants.get(name) as MutantOfChart;
  chart ??= chartScene(root);
  const scene = await chart;
  try {
    await scene.become(mutant);
  } catch (error) {
    return { layer: 'creation', detail: String(error) };
  }
  return judge(scene, all);
}

async function ofSource(source: SourceMutant | null) {
  const scene = await sceneOf(root, source);
  try {
    return await judge(scene, all);
  } finally {
    await rm(scene.folder, { recursive: true });
  }
}
