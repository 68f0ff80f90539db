import path from 'node:path';
import { createManager, type Manager, type PolicyOptions } from '../../index.ts';
import { connectionsOf, type LeftOut } from '../file/connections.ts';
import { readConnectionsFile } from '../file/read-file.ts';
import { packageVersion } from '../../package-version.ts';
import { isInForeground } from './foreground.ts';
import { jsonLines, plainLines } from './lines.ts';
import { createLiveTable } from './live-table.ts';
import { tellEvents, type Tell } from './news.ts';
import { isWritten, neverWaitFor } from './patient-writer.ts';
import { serve } from './serving.ts';
import { exitCodeOf, watchForEndings, type Ending, type Endings } from './stopping.ts';
import { untilReady } from './until-ready.ts';
import { withoutSecrets } from './without-secrets.ts';

/** How often memory and processor time are looked at for a dashboard or metrics, unless the file says: milliseconds. */
const lookInterval = 1000;

export interface RunOptions {
  readonly file: string;
  readonly json: boolean;
  /** End as soon as all are ready, or when `timeout` milliseconds are over. */
  readonly untilReady: boolean;
  readonly timeout: number;
  /** The port of the dashboard; 0 is any, null is none. */
  readonly dashboard: number | null;
  /** Whether the dashboard serves metrics. */
  readonly metrics: boolean;
  /** Whether the other commands may find it. */
  readonly control: boolean;
}

/** What there is to show, whatever happens. */
export interface Plan {
  readonly name: string;
  readonly hint: string;
  readonly ids: readonly string[];
  readonly leftOut: readonly LeftOut[];
  /** The link to the dashboard; null without one. */
  readonly dashboard: string | null;
}

/**
 * Runs the connections of a file until a signal comes; resolves with the exit code.
 * @throws {GreenroomError} `FILE_INVALID`, `LISTEN_FAILED`, `OPTION_INVALID` before anything was started.
 */
export async function run(options: RunOptions): Promise<number> {
  const began = Date.now();
  const content = await readConnectionsFile(options.file);
  const { options: connections, leftOut } = await connectionsOf(options.file, content);
  const manager = createManager({
    startSlots: content.startSlots,
    policy: policyOf(content.policy, options),
  });
  const serving = await serve(manager, options);
  const ids = connections.map(({ id }) => id);
  const { link } = serving;
  const plan = { name: path.basename(options.file), hint: content.hint ?? '', ids, leftOut, dashboard: link };
  const output = openOutput(manager, options.json, plan);
  const tell = withoutSecrets(manager, output.tell);
  tellEvents(manager, tell);
  const endings = watchForEndings(manager, tell);
  tell({
    event: 'started',
    version: packageVersion(),
    file: options.file,
    pid: process.pid,
    connections: ids,
  });
  if (link !== null) tell({ event: 'dashboard', link });
  await serving.offer(tell);
  for (const { id, reason } of leftOut) tell({ event: 'leftOut', connection: id, reason });
  for (const connection of connections) manager.add(connection);
  const exitCode = await runToEnd(manager, options, { tell, endings, began });
  await serving.close();
  tell({ event: 'stopped', exitCode });
  output.end();
  // What still waits for a reader would keep this process.
  if (!(await isWritten(process.stdout))) process.exit(exitCode);
  return exitCode;
}

/** Whoever has somebody look wants to see what the modules use. */
function policyOf(policy: PolicyOptions | undefined, { dashboard, metrics }: RunOptions): PolicyOptions {
  const isLookedAt = dashboard !== null || metrics;
  return { ...(isLookedAt ? { resources: { interval: lookInterval } } : {}), ...policy };
}

interface Progress {
  readonly tell: Tell;
  readonly endings: Endings;
  readonly began: number;
}

async function runToEnd(manager: Manager, options: RunOptions, progress: Progress): Promise<number> {
  const { endings } = progress;
  const reached = options.untilReady
    ? await reachReady(manager, options.timeout, progress)
    : await aborted(endings.signal);
  await endings.stop(endings.ending?.why ?? (reached === 0 ? 'all are ready' : 'not all got ready'));
  return endings.ending === null ? reached : exitCodeAfter(endings.ending, options);
}

/** A run without a goal is meant to be ended by a signal, so an orderly end of it is a success. */
function exitCodeAfter({ why, forced }: Ending, options: RunOptions): number {
  if (why === 'reader gone') return 0;
  return forced || options.untilReady ? exitCodeOf(why) : 0;
}

async function reachReady(
  manager: Manager,
  timeout: number,
  { tell, endings, began }: Progress,
): Promise<number> {
  const unready = await untilReady(manager, timeout, endings.signal);
  if (unready === null) return 0;
  if (unready.length === 0) {
    const ready = manager.status.connections.filter(({ state }) => state === 'ready').map(({ id }) => id);
    tell({ event: 'ready', connections: ready, seconds: (Date.now() - began) / 1000 });
    return 0;
  }
  for (const each of unready) tell({ event: 'notReady', ...each });
  return 1;
}

/** Keeps Node from ending while nothing runs, such as when all connections are disabled. */
async function aborted(signal: AbortSignal): Promise<number> {
  const awake = setInterval(() => {}, 2 ** 30);
  if (!signal.aborted)
    await new Promise((resolve) => signal.addEventListener('abort', resolve, { once: true }));
  clearInterval(awake);
  return 0;
}

function openOutput(manager: Manager, json: boolean, plan: Plan): { tell: Tell; end: () => void } {
  const { stdout } = process;
  if (stdout.isTTY) neverWaitFor(stdout);
  if (json) return { tell: jsonLines(stdout), end: () => {} };
  // A pseudo terminal whose size nobody has set says that it is 0 by 0.
  const isScreen = stdout.isTTY && stdout.columns > 0 && stdout.rows > 0 && process.env['TERM'] !== 'dumb';
  if (isScreen && isInForeground()) return createLiveTable(stdout, manager, plan);
  return { tell: plainLines(stdout, plan), end: () => {} };
}
