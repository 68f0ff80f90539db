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
  const start = () =>
    link.start(
      { file: 'sh', args: [], cwd: '/', channel: 'lines' },
      () => ({ environment: {}, command: { file: 'sh', args: [] } }),
      {
        onSpawned: () => {},
        onFailed: () => {},
        onExited: () => {},
        onTrouble: () => {},
      },
    );
  return { launcher, start, died };
}

/** Time during which the host does something else than what its timers are for. */
function passesInThisTurn(time: number): void {
  const now = performance.now.bind(performance);
  vi.spyOn(performance, 'now').mockImplementation(() => now() + time);
}

describe('the patience with a launcher', () => {
  beforeEach(() => {
    vi.useFakeTimers({ toFake: ['performance', 'setTimeout', 'setImmediate'] });
  });
  afterEach(() => {
    vi.restoreAllMocks();
    vi.useRealTimers();
  });

  test('counts from when somebody begins to wait for it, however long it had nothing to say', () => {
    const { launcher, start } = linked();
    vi.advanceTimersByTime(3_600_000);
    const giveUp = start();
    giveUp();
    vi.advanceTimersByTime(900);
    expect(launcher.signals).toEqual([]);
    launcher.says({ type: 'failed', id: 1, message: 'no', errno: null });
    vi.advanceTimersByTime(10_000);
    expect(launcher.signals).toEqual([]);
  });

  test('ends, though the order to give up came while there was some left', () => {
    const { launcher, start } = linked();
    const giveUp = start();
    vi.advanceTimersByTime(300);
    giveUp();
    vi.advanceTimersByTime(690);
    expect(launcher.signals).toEqual([]);
    vi.advanceTimersByTime(20);
    expect(launcher.signals).toEqual(['SIGKILL']);
  });

  test('begins anew with each word, and is over when nobody waits who waited then', () => {
    const { launcher, start } = linked();
    const [giveUpFirst, giveUpSecond] = [start(), start()];
    giveUpFirst();
    giveUpSecond();
    vi.advanceTimersByTime(800);
    launcher.says({ type: 'failed', id: 1, message: 'no', errno: null });
    vi.advanceTimersByTime(800);
    expect(launcher.signals).toEqual([]);
    launcher.says({ type: 'failed', id: 2, message: 'no', errno: null });
    const giveUpThird = start();
    vi.advanceTimersByTime(10_000);
    expect(launcher.signals).toEqual([]);
    giveUpThird();
    vi.advanceTimersByTime(10);
    expect(launcher.signals).toEqual(['SIGKILL']);
  });

  test('doesn’t begin anew with what is asked while others wait, and counts for who must end alone', () => {
    const { launcher, start } = linked();
    const giveUpFirst = start();
    vi.advanceTimersByTime(900);
    const giveUpSecond = start();
    vi.advanceTimersByTime(500);
    giveUpSecond();
    vi.advanceTimersByTime(400);
    expect(launcher.signals).toEqual([]);
    giveUpFirst();
    vi.advanceTimersByTime(10);
    expect(launcher.signals).toEqual(['SIGKILL']);
  });

  test('isn’t asked for what others wait for, when the start to be given up has failed', () => {
    const { launcher, start } = linked();
    const giveUp = start();
    start();
    launcher.says({ type: 'failed', id: 1, message: 'no', errno: null });
    giveUp();
    vi.advanceTimersByTime(10_000);
    expect(launcher.signals).toEqual([]);
  });

  test('begins when the launcher is asked, however long its host was busy before', () => {
    const { launcher, start } = linked();
    const giveUp = start();
    passesInThisTurn(5000);
    giveUp();
    vi.advanceTimersByTime(900);
    expect(launcher.signals).toEqual([]);
    vi.advanceTimersByTime(200);
    expect(launcher.signals).toEqual(['SIGKILL']);
  });

  test('ends after what has come is read, when the host was busy itself', () => {
    const { launcher, start } = linked();
    const giveUp = start();
    vi.advanceTimersByTime(2000);
    giveUp();
    expect(launcher.signals).toEqual([]);
    // In the turn that its timer begins.
    vi.advanceTimersToNextTimer();
    launcher.says({ type: 'failed', id: 1, message: 'no', errno: null });
    vi.advanceTimersByTime(10_000);
    expect(launcher.signals).toEqual([]);
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
