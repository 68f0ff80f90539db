import type { Clock } from '../clock.ts';
import type { GreenroomError } from '../errors.ts';
import type { Channel, ChannelLimits } from '../ipc/channel.ts';
import type { BudgetPolicy, Excess, Resources } from './budget.ts';
import type { DroppedOutput } from './dropped-output.ts';
import type { Guards } from './guards.ts';
import type { Launcher } from './launcher.ts';
import type { AppPort, Launch, ModuleSettings, Session } from './protocol.ts';
import type { ProcessRegistry } from './registry.ts';
import type { Sampler } from './sampler.ts';
import type { WaitingProcess } from './waiting-process.ts';

/** One line a module wrote, without its line break. */
export interface OutputLine {
  readonly stream: 'stdout' | 'stderr';
  readonly text: string;
}

/** What one process may write, and what is kept of it. */
export interface OutputLimits {
  /** Lines passed on per second and stream, per incarnation; what is beyond is dropped and reported as one notice. Default 200. */
  readonly outputLinesPerSecond: number;
  /** The same in bytes. Default 256 KiB. */
  readonly outputBytesPerSecond: number;
  /** How many seconds' worth of lines and bytes may be passed on at once after a silence. Default 5. */
  readonly outputBurstSeconds: number;
  /** The fastest that stdout and stderr together are read; a module that writes more has to wait for moments. Default 32 MiB. */
  readonly outputReadBytesPerSecond: number;
  /** The last output kept for the exit record, in bytes. Default 64 KiB. */
  readonly lastWordsBytes: number;
}

/** What one process may send and write, and what is kept of it. */
export interface ProcessLimits extends ChannelLimits, OutputLimits {}

/** The defaults of output; those of frames and queue are `defaultChannelLimits` of `greenroom/ipc`. */
export const defaultProcessLimits: OutputLimits = {
  outputLinesPerSecond: 200,
  outputBytesPerSecond: 256 * 1024,
  outputBurstSeconds: 5,
  outputReadBytesPerSecond: 32 * 1024 * 1024,
  lastWordsBytes: 64 * 1024,
};

/** What one incarnation needs from whoever owns its connection; asked for when the process starts. No method throws. */
export interface IncarnationHost {
  readonly launch: Launch;
  /** The whole environment of a process that starts now, less what the launch adds: the allowed variables and the connection's own. */
  environment(): Readonly<Record<string, string>>;
  readonly limits: ProcessLimits;
  /** Milliseconds; 0 is off. */
  readonly heartbeatInterval: number;
  readonly budgets: BudgetPolicy;
  readonly app: AppPort;
  settings(): ModuleSettings;
  /** The module was sent these settings with `init`, or has answered the order to take them over. */
  onTold(settings: ModuleSettings): void;
  onOutput(line: OutputLine): void;
  onOutputDropped(dropped: DroppedOutput): void;
  /** Somebody has looked what the process uses. */
  onResources(resources: Resources): void;
  /** It uses more than it may. */
  onExcess(excess: Excess): void;
  /** There is a channel to the process: for figures, and for whoever waits until there is room. */
  onChannel?(channel: Pick<Channel, 'traffic' | 'drained' | 'isOpen'>): void;
  /** The app's calls may go to this session from now on. */
  onOpen(session: Session): void;
  /** They may not any more. */
  onClose(): void;
  /** What pending calls are rejected with; asked for right after the statechart learned of the loss. */
  loss(cause: string): GreenroomError;
}

/** What the process actors of one manager share. */
export interface ProcessHost {
  readonly clock: Clock;
  readonly registry: ProcessRegistry;
  /** Default: processes may outlive a host that is killed. */
  readonly guards?: Guards;
  /** Default: this process starts them itself. */
  readonly launcher?: Pick<Launcher, 'next'>;
  /** Default: nobody looks what processes use. */
  readonly sampler?: Sampler;
  /** The process that waits under this pid, for a connection to take it; undefined if it can't any more. Default: none waits. */
  takeSpare?(connectionId: string, pid: number): WaitingProcess | undefined;
  incarnation(connectionId: string): IncarnationHost;
}
