import { spawnSync } from 'node:child_process';

const program = process.env['PROMTOOL'] ?? 'promtool';

/** Whether there is Prometheus' own tool. CI has to have one; elsewhere the tests that need it are left out, and say so. */
export const hasPromtool = isThere();

/** Runs it with an input; what it ended with and what it said. */
export function promtool(args: readonly string[], input = ''): { code: number | null; output: string } {
  const { status, stdout, stderr } = spawnSync(program, args, { input, encoding: 'utf8', timeout: 20_000 });
  return { code: status, output: `${stdout}${stderr}` };
}

function isThere(): boolean {
  if (process.env['CI'] === 'true' || spawnSync(program, ['--version']).status === 0) return true;
  console.warn(
    '\n  NO PROMTOOL: the tests of the text of the metrics are left out. Install prometheus, or say with PROMTOOL where it is.\n',
  );
  return false;
}
