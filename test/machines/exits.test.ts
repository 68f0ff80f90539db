import { describe, expect, it } from 'vitest';
import { causeOf, explainExit, type Death, type Verdict } from '../../src/machines/exits.ts';

const heap = ['FATAL ERROR: Reached heap limit', 'JavaScript heap out of memory', 'at somewhere'];
const denied = ["  code: 'ERR_ACCESS_DENIED',", "  permission: 'ChildProcess',", "  resource: '/bin/ls'"];
const stack = ['Error: ECONNRESET from the device', '    at TCP.onRead (lamp.js:7:28)'];
const denial =
  'was not permitted to start the program /bin/ls; grant it with permissions: { childProcess: true }';
const missing = ['hello', 'setpriv: failed to execute node: not found'];

const deaths: readonly (readonly [Death, cause: string, words: string])[] = [
  [died(0), 'completed', 'exited with code 0'],
  [died(1), 'exit-code', 'exited with code 1'],
  [died(77), 'exit-code', 'exited with code 77'],
  [died(78), 'misconfigured', 'exited with code 78'],
  [died(79), 'exit-code', 'exited with code 79'],
  [died(null), 'exit-code', 'exited with code unknown'],
  [died(null, 'SIGKILL'), 'signal', 'killed by SIGKILL'],
  [{ ...died(null, 'SIGKILL'), note: 'it is said' }, 'signal', 'killed by SIGKILL (it is said)'],
  [died(null, 'SIGABRT'), 'signal', 'killed by SIGABRT'],
  [died(134), 'exit-code', 'exited with code 134'],
  [died(null, 'SIGABRT', heap), 'out-of-memory', 'ended out of memory'],
  [died(134, null, heap), 'out-of-memory', 'ended out of memory'],
  [died(null, 'SIGKILL', heap), 'signal', 'killed by SIGKILL'],
  [died(null, 'SIGABRT', ['Assertion failed']), 'signal', 'killed by SIGABRT'],
  [died(135, null, heap), 'exit-code', 'exited with code 135'],
  [died(126, null, missing), 'spawn-failed', `could not be started (${String(missing[1])})`],
  [died(127, null, missing), 'misconfigured', `could not be started (${String(missing[1])})`],
  [died(125, null, missing), 'exit-code', 'exited with code 125'],
  [died(128, null, missing), 'exit-code', 'exited with code 128'],
  [died(127), 'exit-code', 'exited with code 127'],
  [died(126), 'exit-code', 'exited with code 126'],
  [died(1, null, denied), 'permission-denied', `${denial}, and exited with code 1`],
  [died(0, null, denied), 'completed', 'exited with code 0'],
  [died(2, null, denied), 'exit-code', 'exited with code 2'],
  [died(1, null, [...stack, ...denied, '}', '']), 'permission-denied', `${denial}, and exited with code 1`],
  [died(1, null, [...denied, '}', ...stack]), 'exit-code', 'exited with code 1'],
  [died(1, null, [...denied, ...stack, ...denied]), 'permission-denied', `${denial}, and exited with code 1`],
];

const forced: Verdict = { cause: 'hung', phase: 'suspect', detail: 'stopped answering', forced: true };
const closed: Verdict = {
  cause: 'channel-closed',
  phase: 'ready',
  detail: 'its channel closed',
  forced: false,
};
const goodbye: Verdict = { cause: 'completed', phase: 'ready', detail: 'said goodbye', forced: false };

describe('a death', () => {
  it.each(deaths)('%j is classified and told', (death, cause, words) => {
    expect(causeOf(null, death)).toBe(cause);
    expect(explainExit('while ready', null, death)).toBe(`${words} while ready`);
  });
});

describe('a verdict', () => {
  it('wins over how the process then died, if it was ended for it', () => {
    expect(causeOf(forced, died(78))).toBe('hung');
    expect(causeOf(closed, died(78))).toBe('misconfigured');
    expect(causeOf(goodbye, died(0))).toBe('completed');
  });

  it('is all there is if there never was a process', () => {
    expect(causeOf(closed, null)).toBe('channel-closed');
    expect(causeOf(null, null)).toBe('spawn-failed');
    expect(explainExit('while ready', closed, null)).toBe('its channel closed');
    expect(explainExit('while ready', null, null)).toBe('no process');
  });

  it('is told with how the process then died, unless a channel closed because it was dying', () => {
    expect(explainExit('while stopping', forced, died(1))).toBe(
      'stopped answering while suspect, then exited with code 1',
    );
    expect(explainExit('while stopping', goodbye, died(1))).toBe(
      'said goodbye while ready, then exited with code 1',
    );
    expect(explainExit('while stopping', closed, died(1))).toBe('exited with code 1 while ready');
    const put = { ...closed, forced: true };
    expect(explainExit('while stopping', put, died(1))).toBe(
      'its channel closed while ready, then exited with code 1',
    );
  });
});

function died(code: number | null, signal: string | null = null, lastWords: readonly string[] = []): Death {
  return { code, signal, lastWords };
}
