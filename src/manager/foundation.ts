import type { Clock } from '../clock.ts';
import { connectionMachine } from '../machines/connection.ts';
import type { ProcessLogic } from '../machines/connection-actors.ts';
import { createGuards, type GuardOptions, type Guards } from '../process/guards.ts';
import type { ProcessHost } from '../process/host.ts';
import { createLauncher, type Launcher, type LauncherOption } from '../process/launcher.ts';
import { createProcessLogic } from '../process/process.ts';
import type { Module } from '../process/protocol.ts';
import { createSpareProcessLogic } from '../process/spare-process.ts';
import { createSampler } from '../process/sampler.ts';
import { createProcessRegistry, type ProcessRegistry } from '../process/registry.ts';
import { measureIdleCores } from './idle-cores.ts';
import type { RunInTurn } from './in-this-turn.ts';
import { patientClock } from './patient-clock.ts';
import type { SpareActorSurroundings } from './spare-actors.ts';
import type { Growth } from './start-slots.ts';

/** What a manager stands on. Apps never see it: `createManager` gives what is real, `createTestManager` what needs no processes. */
export interface Foundation {
  /** What a connection runs, as the app named it. */
  readonly toModule: (module: Module | string) => Module;
  /** The manager's time, made of the app's clock. */
  timeFrom(clock: Clock): Clock;
  /** Absent: start slots don't grow. */
  readonly measureIdleCores?: Growth['measure'];
  /** In which turns start slots are granted. Absent: in the one in which they are asked for or get free. */
  readonly inTurn?: RunInTurn;
  createProcesses(clock: Clock, options: ProcessOptions): Processes;
  /** The statechart of every connection; its actors are provided by the manager. */
  readonly machine: typeof connectionMachine;
}

/** How processes are started and kept. */
export interface ProcessOptions {
  readonly guards?: GuardOptions | undefined;
  readonly launcher?: LauncherOption | undefined;
}

/** The processes of one manager. */
export interface Processes {
  readonly registry: Pick<ProcessRegistry, 'kill' | 'killAll' | 'gone'>;
  readonly guards: Pick<Guards, 'status' | 'end'>;
  readonly launcher: Pick<Launcher, 'status' | 'end'>;
  logic(host: Omit<ProcessHost, 'registry'>): ProcessLogic;
  /** The logic of processes that wait; absent where none can. */
  readonly spareLogic?: SpareActorSurroundings['logic'];
}

/** Real processes of the operating system, and time that is patient with a host that slept. */
export const realFoundation: Omit<Foundation, 'toModule'> = {
  timeFrom: (clock) => patientClock(clock),
  measureIdleCores,
  inTurn: setImmediate,
  createProcesses: (clock, options) => {
    const guards = createGuards(options.guards);
    const launcher = createLauncher(guards, options.launcher);
    const registry = createProcessRegistry({ clock, janitor: guards.janitor });
    const sampler = createSampler(clock);
    const logic: Processes['logic'] = (host) =>
      createProcessLogic({ ...host, registry, guards, launcher, sampler });
    const spareLogic: SpareActorSurroundings['logic'] = (host) =>
      createSpareProcessLogic({ ...host, registry, guards, launcher });
    return { registry, guards, launcher, logic, spareLogic };
  },
  machine: connectionMachine,
};
