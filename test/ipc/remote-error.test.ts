import { describe, expect, test } from 'vitest';
import { GreenroomError } from '../../src/errors.ts';
import { describeError, remoteError } from '../../src/ipc/remote-error.ts';

const hostile = new Proxy(
  {},
  {
    get() {
      throw new Error('don’t touch');
    },
    ownKeys() {
      throw new Error('don’t look');
    },
    getPrototypeOf() {
      throw new Error('don’t ask');
    },
  },
);

describe('describing an error', () => {
  test('keeps name, message, stack, code and data as plain JSON', () => {
    const error = new GreenroomError('QUEUE_FULL', 'full', { data: { queued: 7 } });
    const described = describeError(error);
    expect(described).toEqual({
      name: 'GreenroomError',
      message: 'full',
      stack: error.stack,
      code: 'QUEUE_FULL',
      data: { queued: 7 },
    });
    expect(JSON.parse(JSON.stringify(described))).toEqual(described);
  });

  test('adds the stacks of the causes', () => {
    const error = new TypeError('outer', { cause: new RangeError('inner', { cause: 'a text' }) });
    const { stack } = describeError(error);
    expect(stack).toMatch(/^TypeError: outer\n[^]*\ncaused by RangeError: inner\n[^]*\ncaused by a text$/);
  });

  test('comes to an end when an error causes itself', () => {
    const error = new Error('circle');
    error.cause = error;
    expect(describeError(error).stack.split('caused by')).toHaveLength(6);
  });

  test.each([
    ['a text', 'a text'],
    [42, '42'],
    [undefined, 'undefined'],
    [null, 'null'],
    [{ reason: 'none' }, "{ reason: 'none' }"],
  ])('puts %o, which is no error, into words', (thrown, message) => {
    expect(describeError(thrown)).toEqual({ name: 'Error', message, stack: `Error: ${message}` });
  });

  test('replaces data that is too large, or cannot be JSON, by a note', () => {
    const large = Object.assign(new Error('large'), { data: 'x'.repeat(100_000) });
    const wrong = Object.assign(new Error('wrong'), { data: { big: 1n } });
    expect(describeError(large).data).toEqual({ omitted: '100002 characters of data' });
    expect(describeError(wrong).data).toMatchObject({
      omitted: expect.stringContaining('data that cannot be JSON'),
    });
  });

  test('cuts long texts', () => {
    expect(describeError(new Error('x'.repeat(1e6))).message.length).toBeLessThan(17_000);
  });
});

describe('an error from the other side', () => {
  test('tells the call, what went wrong, and where, on both sides', () => {
    const thrown = Object.assign(new TypeError('no such lamp'), { code: 'NO_LAMP', data: { lamp: 3 } });
    const error = remoteError('switch', JSON.parse(JSON.stringify(describeError(thrown))));
    expect(error).toMatchObject({
      code: 'CALL_FAILED',
      message: 'Call "switch" failed on the other side: TypeError: no such lamp',
      stack: expect.stringContaining('remote-error.test'),
      cause: { name: 'TypeError', message: 'no such lamp', stack: thrown.stack },
      data: {
        call: 'switch',
        remoteName: 'TypeError',
        remoteMessage: 'no such lamp',
        remoteStack: thrown.stack,
        remoteCode: 'NO_LAMP',
        remoteData: { lamp: 3 },
      },
    });
  });

  test('has the stack of the call site where one is given', () => {
    const callSite = new Error('unused text');
    callSite.stack = 'Error: unused text\n    at whoAsked (app.js:1:1)';
    expect(remoteError('x', { message: 'no' }, callSite).stack).toBe(
      'GreenroomError: Call "x" failed on the other side: Error: no\n    at whoAsked (app.js:1:1)',
    );
  });
});

test.each([
  undefined,
  null,
  7,
  'text',
  [],
  {},
  { name: 1, message: {}, stack: [], code: {}, data: 1n },
  { __proto__: null },
  Object.create(hostile),
  hostile,
  Object.defineProperty(new Error('x'), 'stack', { get: () => hostile }),
  Symbol('s'),
  () => 1,
])('nothing that is thrown or sent makes describing it fail (case %#)', (thrown: unknown) => {
  const described = describeError(thrown);
  expect(JSON.parse(JSON.stringify(described))).toEqual(described);
  expect(remoteError('call', thrown)).toBeInstanceOf(GreenroomError);
  expect(remoteError('call', { message: thrown, data: thrown }, thrown as Error).code).toBe('CALL_FAILED');
});
