import { BaseSequencer, type TestSpecification } from 'vitest/node';

const longest = [
  'testing/coverage.slow.test.ts',
  'testing/random-lives.test.ts',
  'testing/check-model.test.ts',
  'testing/usage.slow.test.ts',
  'cli/run.slow.test.ts',
  'module/run-module.test.ts',
];

/** Begins with the files that take longest: on a fresh clone nothing is known of them, and one that came last would keep all but one core idle. */
export class LongestFirst extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    const rank = ({ moduleId }: TestSpecification): number => {
      const place = longest.findIndex((file) => moduleId.endsWith(`/${file}`));
      return place < 0 ? longest.length : place;
    };
    // oxlint-disable-next-line unicorn/no-array-sort -- a method of the sequencer
    const sorted = await super.sort(files);
    return sorted.toSorted((one, other) => rank(one) - rank(other));
  }
}
