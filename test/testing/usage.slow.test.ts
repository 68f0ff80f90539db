import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createRemote, type Remote } from '../../src/testing/played/remote.ts';
import { pathsOverTheModel, transitions, transitionsOf } from './usage/paths.ts';
import { take } from './usage/user.ts';

const paths = pathsOverTheModel(Number(process.env['USAGE_PATHS'] ?? 64));
let remote: Remote;

beforeAll(async () => {
  remote = await createRemote();
});

afterAll(() => remote[Symbol.asyncDispose]());

describe('what a user sees', () => {
  it('is taken through every transition of the model of it, in at least 60 ways', () => {
    const taken = new Set(paths.flatMap((path) => transitionsOf(path)));
    expect([...taken].toSorted()).toEqual(transitions());
    expect(paths.length).toBeGreaterThanOrEqual(60);
  });

  it.concurrent.each(paths.map((path) => [path.join(', '), path] as const))(
    'is true at the operating system when %s',
    (_, path) => take(path, remote),
  );
});
