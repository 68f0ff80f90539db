import type { ExecFileException } from 'node:child_process';
import { promisify } from 'node:util';
import { beforeEach, expect, test, vi } from 'vitest';
import { nodeVersion } from '../../src/process/node-version.ts';

/** What becomes of each attempt to ask a program. */
const answers = vi.hoisted((): (string | Partial<ExecFileException>)[] => []);

vi.mock('node:child_process', () => ({
  execFile: Object.assign(() => {}, {
    [promisify.custom]: async () => {
      const answer = answers.shift() ?? 'asked too often';
      if (typeof answer === 'string') return { stdout: answer };
      throw Object.assign(new Error('it failed'), answer);
    },
  }),
}));

beforeEach(() => void answers.splice(0));

test.each([{ code: 'EMFILE' }, { code: 'EAGAIN' }, { code: null, killed: true }])(
  'a program that the host could not ask is asked again: %o',
  async (failure) => {
    answers.push(failure, 'v22.3.0\n');
    const version = await nodeVersion('/opt/node', new AbortController().signal);
    expect(version).toEqual({ major: 22, minor: 3 });
  },
);

test.each([{ code: 'ENOENT' }, { code: 'EACCES' }, { code: 1 as never }, 'no node'])(
  'what is no Node is asked once: %o',
  async (failure) => {
    answers.push(failure, 'v22.3.0\n');
    await expect(nodeVersion('/opt/node', new AbortController().signal)).rejects.toThrow(/^it /);
    expect(answers).toEqual(['v22.3.0\n']);
  },
);

test('whoever waits for the answer may give up meanwhile', async () => {
  answers.push({ code: 'EMFILE' });
  const controller = new AbortController();
  const asked = nodeVersion('/opt/node', controller.signal);
  controller.abort(new Error('too late'));
  await expect(asked).rejects.toThrow('too late');
});
