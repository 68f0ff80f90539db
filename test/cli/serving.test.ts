import { mkdtempSync, rmSync } from 'node:fs';
import { Server } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { beforeEach, describe, expect, onTestFinished, test, vi } from 'vitest';
import type { News } from '../../src/cli/run/news.ts';
import type { RunOptions } from '../../src/cli/run/run.ts';
import { serve } from '../../src/cli/run/serving.ts';
import { createManager } from '../../src/index.ts';

const options: RunOptions = {
  file: 'greenroom.json',
  json: true,
  untilReady: false,
  timeout: 1000,
  dashboard: null,
  metrics: false,
  control: true,
};

beforeEach(() => {
  const folder = mkdtempSync(join(tmpdir(), 'greenroom-serving-'));
  vi.stubEnv('GREENROOM_RUNTIME_DIR', join(folder, 'runs'));
  onTestFinished(() => {
    vi.unstubAllEnvs();
    vi.restoreAllMocks();
    rmSync(folder, { recursive: true, force: true });
  });
});

describe('a run without a dashboard', () => {
  test.each(['', 'short'])(
    'goes on when the token of the environment is "%s", and says so',
    async (token) => {
      vi.stubEnv('GREENROOM_DASHBOARD_TOKEN', token);
      expect(await toldBy(options)).toEqual([
        problem('token must be at least 16 .* Correct GREENROOM_DASHBOARD_TOKEN in the environment'),
      ]);
    },
  );

  test('goes on when it can’t listen, and says so', async () => {
    vi.spyOn(Server.prototype, 'listen').mockImplementation(function (this: Server) {
      queueMicrotask(() => this.emit('error', new Error('no more sockets')));
      return this;
    });
    expect(await toldBy(options)).toEqual([problem('no more sockets')]);
  });

  test('can be found, whatever public origins a dashboard would have', async () => {
    vi.stubEnv('GREENROOM_DASHBOARD_ORIGINS', 'no origin');
    expect(await toldBy(options)).toMatchObject([{ event: 'control' }]);
  });
});

describe('a run with a dashboard', () => {
  test.each([
    ['GREENROOM_DASHBOARD_TOKEN', '', 'Correct GREENROOM_DASHBOARD_TOKEN'],
    ['GREENROOM_DASHBOARD_TOKEN', 'short', 'token must be'],
    [
      'GREENROOM_DASHBOARD_ORIGINS',
      'https://a.example, studio',
      'but is "studio". Correct GREENROOM_DASHBOARD_ORIGINS',
    ],
  ])('does not begin when %s is "%s"', async (name, value, message) => {
    vi.stubEnv(name, value);
    await expect(serve(createManager(), { ...options, dashboard: 0 })).rejects.toThrow(message);
  });
});

async function toldBy(asked: RunOptions): Promise<readonly News[]> {
  const told: News[] = [];
  const serving = await serve(createManager(), asked);
  await serving.offer((news) => void told.push(news));
  await serving.close();
  return told;
}

function problem(message: string): object {
  return {
    event: 'problem',
    connection: null,
    message: expect.stringMatching(new RegExp(`^other commands can't find this run: .*${message}`)) as string,
    stack: null,
  };
}
