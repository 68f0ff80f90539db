import type { ExecFileException } from 'node:child_process';
import { expect, test } from 'vitest';
import { nodeVersion } from '../../src/process/node-version.ts';

type Answer = string | Partial<ExecFileException>;

/** A program that answers each time as is said here; tells what is left to be said. */
function answering(...answers: Answer[]) {
  const run = async (): Promise<{ stdout: string }> => {
    const answer = answers.shift() ?? 'asked too often';
    if (typeof answer === 'string') return { stdout: answer };
    throw Object.assign(new Error('it failed'), answer);
  };
  const ask = (signal = new AbortController().signal) => nodeVersion('/opt/node', signal, run);
  return { ask, answers };
}

test.each<[Answer]>([[{ code: 'EMFILE' }], [{ code: 'EAGAIN' }], [{ code: null, killed: true }]])(
  'a program that the host could not ask is asked again: %o',
  async (failure) => {
    await expect(answering(failure, 'v22.3.0\n').ask()).resolves.toEqual({ major: 22, minor: 3 });
  },
);

test.each<[Answer]>([[{ code: 'ENOENT' }], [{ code: 'EACCES' }], [{ code: 1 as never }], ['no node']])(
  'what is no Node is asked once: %o',
  async (failure) => {
    const { ask, answers } = answering(failure, 'v22.3.0\n');
    await expect(ask()).rejects.toThrow(/^it /);
    expect(answers).toEqual(['v22.3.0\n']);
  },
);

test('whoever waits for the answer may give up meanwhile', async () => {
  const controller = new AbortController();
  const asked = answering({ code: 'EMFILE' }).ask(controller.signal);
  controller.abort(new Error('too late'));
  await expect(asked).rejects.toThrow('too late');
});

test('a real program that is missing, and one that is no Node, are none', async () => {
  const { signal } = new AbortController();
  await expect(nodeVersion('/nowhere/node', signal)).rejects.toThrow('ENOENT');
  await expect(nodeVersion('/bin/echo', signal)).rejects.toThrow('it answered');
});
