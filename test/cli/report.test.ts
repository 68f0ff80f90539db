import { PassThrough } from 'node:stream';
import type { WriteStream } from 'node:tty';
import { expect, test } from 'vitest';
import { createReport } from '../../src/cli/check/report.ts';
import { Failure } from '../../src/cli/check/stage.ts';

test('a report repeats nothing of a module that could write over the terminal', () => {
  const out = new PassThrough({ encoding: 'utf8' });
  const rude = 'red \u001B[31m\u001B[2J\u009B0m\r\u202E end';
  const report = createReport(out as unknown as WriteStream, `Checking ${rude}`);
  report.pass('is there', 5, rude);
  report.fail({ title: 'answers', run: async () => '' }, 5, new Failure(rude, rude));
  const text = String(out.read());
  expect(text.match(/red .*end/g)).toHaveLength(4);
  expect(text).not.toMatch(/[^\P{Cc}\n]|\p{Bidi_Control}/u);
});
