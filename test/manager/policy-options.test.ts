import { expect, it } from 'vitest';
import { defaultPolicy } from '../../src/machines/policy.ts';
import { withPolicy } from '../../src/manager/policy-options.ts';

it('replaces what is given and keeps the rest', () => {
  const policy = withPolicy(defaultPolicy, { restart: 'transient', deadlines: { register: 1 } }, 'Manager');
  expect(policy).toEqual({
    ...defaultPolicy,
    restart: 'transient',
    deadlines: { ...defaultPolicy.deadlines, register: 1 },
  });
});

it('lets the number of crashes be infinite, and nothing else', () => {
  expect(withPolicy(defaultPolicy, { intensity: { crashes: Infinity } }, 'Manager').intensity.crashes).toBe(
    Infinity,
  );
  expect(() => withPolicy(defaultPolicy, { deadlines: { init: Infinity } }, 'Manager')).toThrow(
    'Manager: policy.deadlines.init must be at most 2147483647, but is Infinity.',
  );
});

it.each([
  [{ deadlines: { regsiter: 1 } }, 'policy.deadlines.regsiter must be one of prepare, spawn, register,'],
  [{ deadlines: 5 }, 'policy.deadlines must be an object, but is 5.'],
  [
    { deadlines: { register: '5s' } },
    'policy.deadlines.register must be a number of at least 0, but is "5s".',
  ],
  [{ deadlines: { register: -1 } }, 'must be a number of at least 0, but is -1.'],
  [{ backoff: { jitter: 1.5 } }, 'policy.backoff.jitter must be at most 1, but is 1.5.'],
  [{ restart: 'always' }, 'policy.restart must be one of permanent, transient, temporary, but is "always".'],
  [{ toString: 1 }, 'policy.toString must be one of'],
])('refuses %j and says why', (options, message) => {
  expect(() => withPolicy(defaultPolicy, options as object, 'Connection "lamp"')).toThrow(message);
});
