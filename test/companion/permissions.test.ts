import { describe, expect, it } from 'vitest';
import { permissionArguments, type PermissionRequest } from '../../src/companion/permissions.ts';

const folders = ['/modules/lamp', '/modules/node_modules'];

describe('The arguments of Node', () => {
  it('restrict files to the module’s folders on the Node that runs it', () => {
    expect(request()).toEqual([
      '--permission',
      '--disable-warning=SecurityWarning',
      '--allow-fs-read=/modules/lamp',
      '--allow-fs-read=/modules/node_modules',
    ]);
  });

  it.each([
    ['20.19', '--experimental-permission'],
    ['22.12', '--experimental-permission'],
    ['22.13', '--permission'],
    ['23.4', '--experimental-permission'],
    ['23.5', '--permission'],
    ['26.0', '--permission'],
  ])('name the permission model as Node %s does', (version, flag) => {
    expect(request({ runtime: runtime(version) })[0]).toBe(flag);
  });

  it('open the network only where it would be closed otherwise', () => {
    expect(request({ runtime: runtime('24.9') })).not.toContain('--allow-net');
    expect(request({ runtime: runtime('25.0') })).toContain('--allow-net');
  });

  it('hide what Node says about flags that it still calls experimental, and nothing else', () => {
    const hidden = '--disable-warning=ExperimentalWarning';
    expect(request({ runtime: runtime('24.9') })).not.toContain(hidden);
    for (const version of ['20.19', '26.0']) expect(request({ runtime: runtime(version) })).toContain(hidden);
  });

  it.each([
    ['worker-threads', ['--allow-worker']],
    ['child-process', ['--allow-child-process']],
    ['native-addons', ['--allow-child-process', '--allow-addons']],
    ['insecure-algorithms', ['--openssl-legacy-provider']],
    ['whatever', []],
  ])('grant what the permission %s stands for', (permission, granted) => {
    expect(
      request({}, [permission]).filter((argument) => !/^--(permission|disable|allow-fs)/.test(argument)),
    ).toEqual(granted);
  });

  it.each(['filesystem', 'native-addons'])('grant all files for the permission %s', (permission) => {
    expect(request({}, [permission])).toEqual(
      expect.arrayContaining(['--allow-fs-read=*', '--allow-fs-write=*']),
    );
  });

  it.each([
    ['the module is for node18', request({}, [], 'node18')],
    ['its base is older than 1.12', request({ level: 1011 })],
    ['the app switches permissions off', request({ mode: 'off' })],
    ['that Node has no permission model', request({ runtime: runtime('18.20') })],
  ])('are none when %s', (_, given) => {
    expect(given).toEqual([]);
  });

  it('allow old algorithms also when permissions are switched off', () => {
    expect(request({ mode: 'off' }, ['insecure-algorithms'])).toEqual(['--openssl-legacy-provider']);
  });
});

function request(
  changes: Partial<PermissionRequest> = {},
  permissions: string[] = [],
  type: 'node18' | 'node22' = 'node22',
): string[] {
  const manifest = { type, apiVersion: '0.0.0', entrypoint: '../main.js', permissions: new Set(permissions) };
  return permissionArguments({
    manifest,
    level: 1012,
    runtime: runtime('22.20'),
    readable: folders,
    mode: 'enforce',
    ...changes,
  });
}

function runtime(version: string) {
  const [major = 0, minor = 0] = version.split('.').map(Number);
  return { file: 'node', major, minor };
}
