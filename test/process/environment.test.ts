import { expect, test } from 'vitest';
import { allowedEnvironment } from '../../src/process/environment.ts';

const host = {
  PATH: '/bin',
  LC_TIME: 'C',
  https_proxy: 'http://127.0.0.1:3128',
  DISABLE_IPV6: '1',
  NODE_OPTIONS: '--inspect',
  NODE_EXTRA_CA_CERTS: '/ca.pem',
  NODE_CHANNEL_FD: '3',
  API_TOKEN: 'swordfish',
  DISPLAY: ':0',
  TERM: 'xterm',
  HOME: undefined,
};

test('only what programs need is let through', () => {
  expect(allowedEnvironment(host)).toEqual({
    PATH: '/bin',
    LC_TIME: 'C',
    https_proxy: 'http://127.0.0.1:3128',
    DISABLE_IPV6: '1',
  });
});

test('further variables pass when they are named, and what is given wins', () => {
  const environment = allowedEnvironment(host, {
    allow: ['DISPLAY'],
    extra: { PATH: '/opt/lamp/bin', NODE_OPTIONS: '--max-old-space-size=64' },
  });
  expect(environment).toMatchObject({
    DISPLAY: ':0',
    PATH: '/opt/lamp/bin',
    NODE_OPTIONS: '--max-old-space-size=64',
  });
  expect(environment).not.toHaveProperty('API_TOKEN');
});

test('what steers the host’s own Node never passes, even when it is named', () => {
  const allow = ['NODE_OPTIONS', 'NODE_EXTRA_CA_CERTS', 'NODE_CHANNEL_FD'];
  expect(Object.keys(allowedEnvironment(host, { allow })).filter((name) => name.startsWith('NODE_'))).toEqual(
    [],
  );
});
