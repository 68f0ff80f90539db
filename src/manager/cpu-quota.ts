import { readFileSync } from 'node:fs';
import { join } from 'node:path';

/** Whether a control group allows this process only a share of the processors' time, as containers often do. Linux; elsewhere false. `root` is where `/proc` and `/sys` are. */
export function hasCpuQuota(root = '/'): boolean {
  const groups = read(join(root, 'proc/self/cgroup')).split('\n');
  return groups.flatMap(quotaFiles).some((file) => isQuota(read(join(root, file))));
}

/** The files that limit who is in this group: its own, and those of the groups around it. A container sees its own group as the outermost. */
function quotaFiles(group: string): string[] {
  const [, controllers, path] = /^\d+:([^:]*):\/?(.*)$/.exec(group) ?? [];
  if (path === undefined) return [];
  const names = path.split('/').filter((name) => name !== '');
  const folders = names.map((_, index) => names.slice(0, index + 1).join('/'));
  // Version 2 has one hierarchy without a name, version 1 one for each controller.
  if (controllers === '') return ['', ...folders].map((folder) => join('sys/fs/cgroup', folder, 'cpu.max'));
  if (!controllers?.split(',').includes('cpu')) return [];
  return ['', ...folders].map((folder) => join('sys/fs/cgroup/cpu', folder, 'cpu.cfs_quota_us'));
}

/** `max 100000` and `-1` are none, `50000 100000` and `50000` are half a core. */
function isQuota(text: string): boolean {
  return Number.parseInt(text, 10) > 0;
}

function read(file: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch {
    // There is no such group, or nothing of it may be seen.
    return '';
  }
}
