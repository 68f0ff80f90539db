import { defineConfig } from 'vitest/config';
import { LongestFirst } from './test/suite/longest-first.ts';
import { SlowestFiles } from './test/suite/slowest-files.ts';

const report = process.env['TEST_REPORT'];
const slow = 'test/**/*.slow.test.ts';

export default defineConfig({
  test: {
    // `npm test` runs the first, which takes less than a minute; `npm run test:slow` the second; CI both.
    projects: [
      {
        extends: true,
        test: { name: 'fast', include: ['test/**/*.test.ts'], exclude: [slow, '**/node_modules/**'] },
      },
      { extends: true, test: { name: 'slow', include: [slow] } },
    ],
    globalSetup: ['test/suite/global-setup.ts'],
    // Most tests wait for real processes: three files at a time keep two cores busy without starving either.
    maxWorkers: 3,
    sequence: { sequencer: LongestFirst },
    pool: 'forks',
    // A process for each file costs 0.4 s of CPU, mostly to import the same modules again; no file changes what another one imports.
    isolate: false,
    testTimeout: 30_000,
    hookTimeout: 30_000,
    teardownTimeout: 30_000,
    retry: 0,
    reporters: [
      'default',
      new SlowestFiles(),
      ...(report ? [['json', { outputFile: report }] as const] : []),
    ],
    coverage: { include: ['src/**'] },
  },
});
