import type { ChildProcess } from 'node:child_process';
import { EventEmitter } from 'node:events';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { LauncherLink } from '../../src/process/launcher-link.ts';
import type { LaunchNews } from '../../src/process/launcher-messages.ts';

/** A launcher that says and does only what a test has it say and do. */
class PlayedLauncher extends EventEmitter {
  readonly asked: number[] = [];
  readonly signals: string[] = [];
  readonly exitCode = 1;
  readonly signalCode = null;

  send({ id }: { id: number }): void {
    this.asked.push(id);
  }

  kill(signal: string): void {
    this.signals.push(signal);
  }

  says(news: LaunchNews): void {
    this.emit('message', news, undefined);
  }

  ref(): void {}
  unref(): void {}
}

function linked() {
  const launcher = new PlayedLauncher();
  const died: boolean[] = [];
  const name = `no-process-${Math.random()}`;
  // Above all that the operating system gives out.
  const link = new LauncherLink(launcher as unknown as ChildProcess, 2 ** 30, name, (hasWorked) =>
    died.push(hasWorked),
  );
  launcher.says({ type: 'here' });
  const told: string[] = [];
  const start = (): void =>
    link.start(
      { file: 'sh', args: [], cwd: '/', channel: 'lines' },
      () => ({ environment: {}, command: { file: 'sh', args: [] } }),
      {
        onSpawned: () => told.push('spawned'),
        onFailed: ({ message }) => told.push(message),
        onExited: () => told.push('exited'),
        onTrouble: ({ message }) => told.push(message),
      },
    );
  return { launcher, link, start, died, told };
}

describe('the patience with a launcher', () => {
  beforeEach(() => {
    vi.useFakeTimers({ toFake: ['performance', 'setTimeout', 'setImmediate'] });
  });
  afterEach(() => {
    vi.useRealTimers();
  });

  test('counts from when somebody begins to wait for it, however long it had nothing to say', () => {
    const { launcher, link, start } = linked();
    vi.advanceTimersByTime(3_600_000);
    start();
    link.giveUp();
    vi.advanceTimersByTime(900);
    expect(launcher.signals).toEqual([]);
    launcher.says({ type: 'failed', id: 1, message: 'no', errno: null });
    vi.advanceTimersByTime(10_000);
    expect(launcher.signals).toEqual([]);
  });

  test('ends, though the order to give up came while there was some left', () => {
    const { launcher, link, start } = linked();
    start();
    vi.advanceTimersByTime(300);
    link.giveUp();
    vi.advanceTimersByTime(690);
    expect(launcher.signals).toEqual([]);
    vi.advanceTimersByTime(20);
    expect(launcher.signals).toEqual(['SIGKILL']);
  });

  test('begins anew with each word, and is over when nobody waits who waited then', () => {
    const { launcher, link, start } = linked();
    start();
    start();
    link.giveUp();
    vi.advanceTimersByTime(800);
    launcher.says({ type: 'failed', id: 1, message: 'no', errno: null });
    vi.advanceTimersByTime(800);
    expect(launcher.signals).toEqual([]);
    launcher.says({ type: 'failed', id: 2, message: 'no', errno: null });
    start();
    vi.advanceTimersByTime(10_000);
    expect(launcher.signals).toEqual([]);
    link.giveUp();
    expect(launcher.signals).toEqual(['SIGKILL']);
  });

  test('doesn’t begin anew with what is asked while others wait', () => {
    const { launcher, link, start } = linked();
    start();
    vi.advanceTimersByTime(900);
    start();
    vi.advanceTimersByTime(101);
    link.giveUp();
    expect(launcher.signals).toEqual(['SIGKILL']);
  });
});

test('a launcher that could not be signalled is lost like others when it ends', async () => {
  const { launcher, died } = linked();
  launcher.on('error', () => {});
  launcher.emit('error', new Error('kill EPERM'));
  launcher.emit('exit', 1, null);
  launcher.emit('disconnect');
  await expect.poll(() => died).toEqual([true]);
});
