import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { hasCpuQuota } from '../../src/manager/cpu-quota.ts';

/** A root with these files. */
function rootWith(files: Record<string, string>): string {
  const root = mkdtempSync(join(tmpdir(), 'greenroom-quota-'));
  onTestFinished(() => rmSync(root, { recursive: true }));
  for (const [name, content] of Object.entries(files)) {
    mkdirSync(dirname(join(root, name)), { recursive: true });
    writeFileSync(join(root, name), `${content}\n`);
  }
  return root;
}

const two = 'sys/fs/cgroup';
const one = 'sys/fs/cgroup/cpu';

test.each([
  { where: 'version 2, a container', own: '0::/', files: { [`${two}/cpu.max`]: '150000 100000' } },
  {
    where: 'version 2, its group',
    own: '0::/a.slice/b',
    files: { [`${two}/a.slice/b/cpu.max`]: '5000 100000' },
  },
  {
    where: 'version 2, a group around it',
    own: '0::/a.slice/b',
    files: { [`${two}/a.slice/cpu.max`]: '5000 100000', [`${two}/a.slice/b/cpu.max`]: 'max 100000' },
  },
  {
    where: 'version 1, a container',
    own: '4:cpu,cpuacct:/docker/abc\n0::/',
    files: { [`${one}/cpu.cfs_quota_us`]: '50000' },
  },
  {
    where: 'version 1, its group',
    own: '4:cpuacct,cpu:/a/b',
    files: { [`${one}/a/b/cpu.cfs_quota_us`]: '50000' },
  },
])('a quota of processor time is found: $where', ({ own, files }) => {
  expect(hasCpuQuota(rootWith({ 'proc/self/cgroup': own, ...files }))).toBe(true);
});

test.each([
  { where: 'no control groups', files: {} },
  { where: 'version 2', files: { 'proc/self/cgroup': '0::/a', [`${two}/a/cpu.max`]: 'max 100000' } },
  { where: 'version 1', files: { 'proc/self/cgroup': '4:cpu:/a', [`${one}/a/cpu.cfs_quota_us`]: '-1' } },
  {
    where: 'one of other groups',
    files: {
      'proc/self/cgroup': '5:cpuset:/b\n4:cpu:/a\n0::/c',
      [`${one}/b/cpu.cfs_quota_us`]: '50000',
      [`${two}/a/cpu.max`]: '50000 100000',
    },
  },
])('no quota is no quota: $where', ({ files }) => {
  expect(hasCpuQuota(rootWith(files))).toBe(false);
});
