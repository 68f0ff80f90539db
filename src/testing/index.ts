export {
  asksForTime,
  calls,
  closesChannel,
  exits,
  failsInit,
  hangs,
  initialises,
  notifies,
  recovers,
  registers,
  reports,
  savesConfig,
  says,
  sends,
  unregisters,
  type Act,
  type Deed,
} from './acts.ts';
export { linkedChannels } from '../ipc/linked.ts';
export { connectionModel, type ConnectionModelOptions } from './connection/connection-model.ts';
export { levels, type Level } from './connection/levels.ts';
export type { ConnectionModel } from './connection/move.ts';
export type { ModuleProcess, Surroundings } from './connection/surroundings.ts';
export type { FakeProcess, Heard } from './fake-process.ts';
export type { Answer } from './fake-wire.ts';
export { life, type EndingRequest, type FakeCall, type Life, type Lives } from './life.ts';
export { lintMachine } from './lint.ts';
export { findForgotten, type LivesOptions } from './model/abstraction.ts';
export { checkModel } from './model/check.ts';
export type {
  Effect,
  Environment,
  Goal,
  Invariant,
  Limits,
  Model,
  Move,
  Situation,
  Step,
} from './model/model.ts';
export { replayStory, type Replay } from './model/replay.ts';
export { printViolation, type Report, type Story, type StoryStep, type Violation } from './model/report.ts';
export { pathsOf, type PathsOptions, type PathStep } from './paths/paths-of.ts';
export { playedModule, type PlayedModuleOptions } from './played/module.ts';
export type { DiaryLine } from './played/player.ts';
export { replayWithProcesses, type RealReplay } from './played/replay.ts';
export { eventsOf, stateTable, type Candidate, type Cell, type Row } from './table.ts';
export { createTestManager, type TestManager, type TestManagerOptions } from './test-manager.ts';
export { VirtualClock, type VirtualTimer } from './virtual-clock.ts';
