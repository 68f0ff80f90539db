import type { Clock } from '../clock.ts';
import type { GreenroomError } from '../errors.ts';
import type { Channel, ChannelLimits } from '../ipc/channel.ts';
import type { Guards } from './guards.ts';
import type { AppPort, Launch, ModuleSettings, Session } from './protocol.ts';
import type { ProcessRegistry } from './registry.ts';

/** One line a module wrote, without its line break. */
export interface OutputLine {
  readonly stream: 'stdout' | 'stderr';
  readonly text: string;
}

/** What one process may send and write, and what is kept of it. */
export interface ProcessLimits extends ChannelLimits {
  /** Lines passed on per second, per incarnation; what is beyond is dropped and reported as one notice. Default 200. */
  readonly outputLinesPerSecond: number;
  /** The last output kept for the exit record, in bytes. Default 64 KiB. */
  readonly lastWordsBytes: number;
}

/** The defaults of output; those of frames and queue are `defaultChannelLimits` of `greenroom/ipc`. */
export const defaultProcessLimits = {
  outputLinesPerSecond: 200,
  lastWordsBytes: 64 * 1024,
};

/** What one incarnation needs from whoever owns its connection; asked for when the process starts. No method throws. */
export interface IncarnationHost {
  readonly launch: Launch;
  /** The whole environment of the process, less what the launch adds: the allowed variables and the connection's own. */
  readonly environment: Readonly<Record<string, string>>;
  readonly limits: ProcessLimits;
  /** Milliseconds; 0 is off. */
  readonly heartbeatInterval: number;
  readonly app: AppPort;
  settings(): ModuleSettings;
  /** The module was sent these settings with `init`, or has answered the order to take them over. */
  onTold(settings: ModuleSettings): void;
  onOutput(line: OutputLine): void;
  onOutputDropped(lines: number): void;
  /** There is a channel to the process: for figures, and for whoever waits until there is room. */
  onChannel?(channel: Pick<Channel, 'traffic' | 'drained'>): void;
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
  incarnation(connectionId: string): IncarnationHost;
}
