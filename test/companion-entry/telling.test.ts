import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { createTelling } from '../../src/companion-entry/telling.ts';
import { GreenroomError } from '../../src/errors.ts';

describe('What a module says', () => {
  beforeEach(() => void vi.useFakeTimers());
  afterEach(() => void vi.useRealTimers());

  it('is sent at once while the host reads', () => {
    const { tell, sent } = telling();
    tell('set-status', { status: 'ok' });
    expect(sent).toEqual([['set-status', { status: 'ok' }]]);
  });

  it('waits in order while the host doesn’t read, the newest of each state and value', () => {
    const host = telling({ isFull: true });
    host.tell('set-status', { status: 'connecting' });
    host.tell('setVariableValues', { newValues: [row('a', 1), row('b', 1)] });
    host.tell('log-message', { message: 'one' });
    host.tell('set-status', { status: 'ok' });
    host.tell('setVariableValues', { newValues: [row('b', 2), row('c', 2)] });
    host.tell('saveConfig', { config: 1, secrets: 1 });
    host.tell('saveConfig', { config: 2 });
    host.tell('log-message', { message: 'two' });
    vi.advanceTimersByTime(500);
    expect(host.sent).toEqual([]);
    host.isFull = false;
    host.tell('set-status', { status: 'disconnected' });
    expect(host.sent).toEqual([]);
    vi.advanceTimersByTime(50);
    expect(host.sent).toEqual([
      ['set-status', { status: 'disconnected' }],
      ['setVariableValues', { newValues: [row('a', 1), row('b', 2), row('c', 2)] }],
      ['log-message', { message: 'one' }],
      ['saveConfig', { config: 2, secrets: 1 }],
      ['log-message', { message: 'two' }],
    ]);
    host.tell('set-status', { status: 'ok' });
    expect(host.sent.at(-1)).toEqual(['set-status', { status: 'ok' }]);
  });

  it('is dropped beyond a thousand messages that wait, counted and told, but for states', () => {
    const host = telling({ isFull: true });
    for (let number = 1; number <= 1007; number++) host.tell('log-message', { number });
    host.tell('set-status', { status: 'ok' });
    host.isFull = false;
    vi.advanceTimersByTime(50);
    expect(host.sent).toHaveLength(1002);
    expect(host.sent.at(-2)).toEqual(['set-status', { status: 'ok' }]);
    expect(host.sent.at(-1)).toEqual([
      'log-message',
      { level: 'warn', message: expect.stringContaining('7 messages of this module were dropped') },
    ]);
  });

  it('never throws into the module when it can’t be sent at all, and says so on stderr', () => {
    const stderr = vi.spyOn(process.stderr, 'write').mockReturnValue(true);
    const tell = createTelling({
      notify() {
        throw new GreenroomError('FRAME_TOO_LARGE', 'too long');
      },
    });
    tell('setPresetDefinitions', {});
    expect(stderr.mock.calls[0]?.[0]).toContain('"setPresetDefinitions" of this module was not sent');
    stderr.mockRestore();
  });
});

function telling({ isFull = false } = {}) {
  const sent: [string, unknown][] = [];
  const host = {
    isFull,
    sent,
    tell: createTelling({
      notify(name, payload) {
        if (host.isFull) throw new GreenroomError('QUEUE_FULL', 'full');
        sent.push([name, payload]);
      },
    }),
  };
  return host;
}

function row(id: string, value: unknown) {
  return { id, value };
}
