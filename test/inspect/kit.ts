import { fork, type ChildProcess } from 'node:child_process';
import { join } from 'node:path';
import { expect, onTestFinished } from 'vitest';
import { WebSocket, type ClientOptions } from 'ws';
import type { Manager } from '../../src/index.ts';
import { createInspector, type Inspector, type InspectorOptions } from '../../src/inspect/index.ts';

/** Inspects a manager until the test is over. */
export async function inspect(manager: Manager, options: InspectorOptions = {}): Promise<Inspector> {
  const inspector = await createInspector(manager, { port: 0, ...options });
  onTestFinished(() => inspector.close());
  return inspector;
}

/** What the frames of the current inspector and of the classic one have in common. */
export interface Frame {
  readonly type: string;
  readonly sessionId: string;
  readonly [key: string]: unknown;
}

/** A viewer in this process that keeps all frames. */
export class Viewer {
  readonly frames: Frame[] = [];
  readonly socket: WebSocket;
  text = '';

  constructor(address: string, options: ClientOptions = {}) {
    this.socket = new WebSocket(address, options);
    this.socket.on('error', () => {});
    this.socket.on('message', (data: Buffer) => {
      this.text += data.toString();
      this.frames.push(JSON.parse(data.toString()) as Frame);
    });
    onTestFinished(() => this.socket.terminate());
  }

  of(type: string): Frame[] {
    return this.frames.filter((frame) => frame.type === type);
  }

  async has(fits: (frame: Frame) => boolean): Promise<void> {
    await expect.poll(() => this.frames.some(fits), { timeout: 20_000, interval: 10 }).toBe(true);
  }

  /** Resolves when it was let in. */
  opened(): Promise<void> {
    return new Promise((resolve, reject) => {
      this.socket.on('open', () => resolve()).on('error', reject);
    });
  }

  /** Resolves when it is let in no more. */
  async closed(): Promise<void> {
    await expect.poll(() => this.socket.readyState, { timeout: 20_000 }).toBe(WebSocket.CLOSED);
  }
}

/** The status with which a viewer is refused; 101 if it isn't. */
export function answerTo(address: string, options: ClientOptions = {}): Promise<number> {
  const { socket } = new Viewer(address, options);
  return new Promise((resolve, reject) => {
    socket.on('open', () => resolve(101));
    socket.on('unexpected-response', (_, { statusCode = 0 }) => resolve(statusCode));
    socket.on('error', reject);
  });
}

/** A viewer in a process of its own, which reads with the receiver of an inspector's package and tells what it reads. */
export class Receiver {
  readonly read: Frame[] = [];
  readonly process: ChildProcess;

  constructor(program: string, address: string) {
    const path = join(import.meta.dirname, '../..', program);
    // XState 4 has advice for those who develop machines.
    const env = { ...process.env, NODE_ENV: 'production' };
    this.process = fork(path, [address], { stdio: ['ignore', 'ignore', 'inherit', 'ipc'], env });
    this.process.on('message', (frame) => this.read.push(frame as Frame));
    onTestFinished(() => void this.process.kill('SIGKILL'));
  }

  readonly has = async (fits: (frame: Frame) => boolean): Promise<void> => {
    await expect.poll(() => this.read.some(fits), { timeout: 20_000, interval: 10 }).toBe(true);
  };
}

/** The warnings of this process that say so, until the test is over. */
export function warningsOf(part: string): string[] {
  const warnings: string[] = [];
  const take = ({ message }: Error): void => {
    if (message.includes(part)) warnings.push(message);
  };
  process.on('warning', take);
  onTestFinished(() => void process.off('warning', take));
  return warnings;
}
