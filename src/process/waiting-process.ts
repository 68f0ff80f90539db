import type { Channel, ChannelListener } from '../ipc/channel.ts';
import { stateOfProcess } from './process-table.ts';
import type { ProcessHandle } from './registry.ts';
import type { Pipes } from './spawn.ts';

/** A process that has registered and is told nothing before somebody takes it. */
export interface WaitingProcess {
  readonly pid: number;
  /** What it has registered with. */
  readonly token: string;
  readonly child: Pipes;
  readonly channel: Channel;
  /** Its registration was answered, because its protocol doesn't let it wait for that. */
  readonly isAccepted: boolean;
  /** False if it is stopped or dead, as far as the operating system says. */
  canAnswer(): boolean;
  /** It is the process of this incarnation from now on, which learns of its exit. */
  take(owner: Parameters<ProcessHandle['belongTo']>[0], onExited: Exited): ProcessHandle;
  /** Hands on what it has said so far, and from now on everything as it comes. Whoever reads its output has to be there already. */
  listen(listener: ChannelListener): void;
}

export type Exited = (code: number | null, signal: string | null, note?: string) => void;

/** False for one that is stopped, traced or dead; true where the operating system doesn't tell. */
export function canAnswer(pid: number): boolean {
  return process.platform !== 'linux' || !'TtZX'.includes(stateOfProcess(pid) ?? 'X');
}
