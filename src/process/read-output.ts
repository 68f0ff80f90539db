import type { Clock } from '../clock.ts';
import { contained, type IncarnationNews } from './conversation.ts';
import { watchForDebugger } from './debugger.ts';
import type { IncarnationHost } from './host.ts';
import { collectOutput, type Output } from './output.ts';
import type { Pipes } from './spawn.ts';

/** Reads stdout and stderr of a process for whoever owns its connection; stdout only where it isn't the channel. */
export function readOutput(
  clock: Clock,
  incarnation: IncarnationHost,
  child: Pipes,
  report: (news: IncarnationNews) => void,
): Output {
  const { limits, launch } = incarnation;
  const output = collectOutput({
    clock,
    limits,
    onLine: (line) =>
      contained(report, 'A line of output could not be passed on', () => incarnation.onOutput(line)),
    onDropped: (dropped) =>
      contained(report, 'A notice could not be passed on', () => incarnation.onOutputDropped(dropped)),
  });
  if (launch.channel !== 'stdio' && child.stdout) output.read('stdout', child.stdout);
  if (child.stderr) {
    output.read('stderr', child.stderr);
    watchForDebugger(child.stderr, (state) => report({ type: 'debugger.changed', debugger: state }));
  }
  return output;
}
