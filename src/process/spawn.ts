import type { ChildProcess } from 'node:child_process';
import { subscribe, unsubscribe } from 'node:diagnostics_channel';
import { statSync } from 'node:fs';
import type { Duplex } from 'node:stream';
import { execa } from 'execa';
import { wiring } from './wiring.ts';
import type { Command } from './parent-death.ts';
import type { Launch } from './protocol.ts';
import { identify, type ProcessIdentity } from './signals.ts';

/** What must be known of a launch to start it. */
export type Startable = Pick<Launch, 'file' | 'args' | 'cwd' | 'channel' | 'tokenDelivery'>;

/** The host's ends of the pipes of a process. */
export type Pipes = Pick<ChildProcess, 'stdin' | 'stdout' | 'stderr'> & {
  readonly stdio: ChildProcess['stdio'] | readonly (Duplex | null)[];
};

export interface SpawnListener {
  /** The process runs. By `spawnModule` called before it returns, or never. */
  onSpawned(pipes: Pipes, process: ProcessIdentity): void;
  /** There never was a process. */
  onFailed(failure: SpawnFailure): void;
  /** The process ended; called once for each `onSpawned`. The note is for people. */
  onExited(code: number | null, signal: string | null, note?: string): void;
  /** Something else went wrong with a process that runs. */
  onTrouble(error: Error): void;
}

export interface SpawnFailure {
  readonly message: string;
  readonly errno: string | null;
}

/** Starts a module in a process group of its own; `command` is what is run in place of the launch's own. Exactly one of `onSpawned` and `onFailed` is called. Never throws. */
export function spawnModule(
  launch: Startable,
  environment: Record<string, string>,
  listener: SpawnListener,
  command: Command = launch,
): void {
  let isSettled = false;
  const fail = (error: unknown): void => {
    if (isSettled) return;
    isSettled = true;
    listener.onFailed(describeFailure(error, launch));
  };
  const { child, result, thrown } = start(launch, environment, command);
  // execa's promise comes late or never while a grandchild holds a pipe. It only matters when there is no process to tell by itself.
  result?.then((settled) => fail(settled.cause ?? settled), fail);
  if (!child) return fail(thrown);
  child.on('error', (error) => (isSettled ? listener.onTrouble(error) : fail(error)));
  // A stream whose error nobody listens to would end the host.
  for (const stream of child.stdio ?? []) stream?.on('error', () => {});
  if (child.pid === undefined) return;
  isSettled = true;
  child.once('exit', (code, signal) => listener.onExited(code, signal));
  listener.onSpawned(child, identify(child.pid));
}

interface Start {
  /** Absent when the spawn failed before there was anything to listen to. */
  readonly child?: ChildProcess;
  readonly result?: Promise<{ cause?: unknown }>;
  readonly thrown?: unknown;
}

function start(launch: Startable, environment: Record<string, string>, command: Command): Start {
  // When the host has no free descriptor, execa throws before it hands out the child, whose `error` event nobody could then
  // keep from ending the host. Node announces each child as soon as it is made.
  let made: ChildProcess | undefined;
  const announce = (message: unknown): void => {
    made = (message as { process: ChildProcess }).process;
  };
  subscribe('child_process', announce);
  try {
    const child = run(launch, environment, command);
    return { child, result: child };
  } catch (thrown) {
    return made ? { child: made, thrown } : { thrown };
  } finally {
    unsubscribe('child_process', announce);
  }
}

function run(
  launch: Startable,
  environment: Record<string, string>,
  { file, args }: Command,
): ChildProcess & Promise<{ cause?: unknown }> {
  const { stdio, env, ipc } = wiring(launch);
  const subprocess = execa(file, [...args], {
    cwd: launch.cwd,
    env: { ...environment, ...env },
    extendEnv: false,
    stdio,
    ...(ipc ? { ipc, serialization: 'json' } : {}),
    buffer: false,
    reject: false,
    cleanup: false,
    // On Windows this would open a console window, and there are no process groups.
    detached: process.platform !== 'win32',
    windowsHide: true,
    verbose: 'none',
  });
  return subprocess as unknown as ChildProcess & Promise<{ cause?: unknown }>;
}

function describeFailure(error: unknown, launch: Startable): SpawnFailure {
  const { message, code } = error as NodeJS.ErrnoException;
  // execa checks arguments itself and gives no code.
  const errno = code ?? (error instanceof TypeError ? 'ERR_INVALID_ARG_VALUE' : null);
  // The operating system says ENOENT of the program when it is the folder that is missing.
  const reason =
    errno === 'ENOENT' && !isFolder(launch.cwd) ? `the working folder ${launch.cwd} does not exist` : message;
  return { message: `${launch.file} could not be started: ${reason}`, errno };
}

function isFolder(path: string): boolean {
  return statSync(path, { throwIfNoEntry: false })?.isDirectory() ?? false;
}
