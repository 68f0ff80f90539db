import type { Reporter, TestModule } from 'vitest/node';

/** Prints the five test files that took longest, when a run is over. */
export class SlowestFiles implements Reporter {
  onTestRunEnd(modules: readonly TestModule[]): void {
    const durations = modules.map((module) => ({
      file: module.relativeModuleId,
      ms: module.diagnostic().duration,
    }));
    const slowest = durations.toSorted((one, other) => other.ms - one.ms).slice(0, 5);
    console.log('\nSlowest test files');
    for (const { file, ms } of slowest) console.log(`${(ms / 1000).toFixed(1).padStart(8)} s  ${file}`);
  }
}
