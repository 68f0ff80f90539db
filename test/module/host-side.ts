import { type ChildProcess, spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import path from 'node:path';
import type { Readable } from 'node:stream';
import { createInterface } from 'node:readline';
import { expect, onTestFinished, vi } from 'vitest';
import { systemClock } from '../../src/clock.ts';
import { GreenroomError } from '../../src/errors.ts';
import { type Channel, defaultChannelLimits } from '../../src/ipc/channel.ts';
import type {
  AppPort,
  Launch,
  Module,
  ModuleNews,
  ModuleSettings,
  Session,
} from '../../src/process/protocol.ts';
import { deliverToken, openChannel, wiring } from '../../src/process/wiring.ts';

/** A real module process and the host's end of its conversation. */
export interface HostSide {
  readonly child: ChildProcess;
  readonly channel: Channel;
  readonly session: Session;
  readonly news: ModuleNews[];
  readonly notified: [string, unknown][];
  readonly refused: string[];
  /** Every frame the module sent, as it came. */
  readonly frames: unknown[];
  readonly output: string[];
  readonly exit: Promise<{ code: number | null; signal: string | null }>;
  /** Waits for a piece of news, and returns the first one of that type. */
  reported(type: ModuleNews['type']): Promise<ModuleNews>;
  /** Waits for a notification and returns its payload. */
  notification(name: string): Promise<unknown>;
}

export interface HostOptions {
  readonly call?: AppPort['call'];
  /** Why every registration is refused. Default: a valid one is accepted. */
  readonly refuse?: string;
  /** What the host gets to see of each frame. Default: what was sent. */
  readonly alter?: (frame: unknown) => unknown;
  /** Takes what ends the module. Default: it ends with the test. */
  readonly lasts?: (end: () => Promise<void>) => void;
}

/** Starts a module and speaks with it. */
export async function hostModule(module: Module, options: HostOptions = {}): Promise<HostSide> {
  const launch = await module.prepare({ connectionId: 'lamp-1', signal: new AbortController().signal });
  const token = randomBytes(32).toString('hex');
  const child = start(
    launch,
    launch.environment({ connectionId: 'lamp-1', incarnation: 3, token, frameBytes: 2 ** 23 }),
  );
  deliverToken(child, launch, token);
  const exit = once(child, 'exit').then(([code, signal]) => ({
    code: code as number | null,
    signal: signal as string | null,
  }));
  const lasts = options.lasts ?? onTestFinished;
  lasts(async () => {
    if (child.exitCode === null && child.signalCode === null) child.kill('SIGKILL');
    await exit;
  });
  return { child, exit, output: outputOf(child, launch), ...converse(launch, child, token, options) };
}

/** Starts a module and takes it through registration and `init`. */
export async function readyModule(
  module: Module,
  settings: Partial<ModuleSettings> = {},
  options: HostOptions = {},
): Promise<HostSide> {
  const host = await hostModule(module, options);
  await host.reported('module.registered');
  host.session.initialise({ label: 'Lamp', config: {}, secrets: {}, isFirstInit: true, ...settings });
  await host.reported('module.initialised');
  return host;
}

export function fixture(name: string): string {
  return path.join(import.meta.dirname, 'fixtures', name);
}

function start(launch: Launch, identity: Record<string, string>): ChildProcess {
  const { stdio, env, ipc } = wiring(launch);
  return spawn(launch.file, [...launch.args], {
    cwd: launch.cwd,
    env: { ...process.env, ...env, ...launch.env, ...identity },
    stdio: [...stdio, ...(ipc ? ['ipc' as const] : [])],
  });
}

function outputOf(child: ChildProcess, launch: Launch): string[] {
  const lines: string[] = [];
  const streams = launch.channel === 'stdio' ? [child.stderr] : [child.stdout, child.stderr];
  for (const stream of streams) createInterface(stream as Readable).on('line', (line) => lines.push(line));
  return lines;
}

function converse(launch: Launch, child: ChildProcess, token: string, options: HostOptions) {
  const news: ModuleNews[] = [];
  const notified: [string, unknown][] = [];
  const refused: string[] = [];
  const frames: unknown[] = [];
  const channel = openChannel(child, launch.channel, defaultChannelLimits);
  const session: Session = launch.protocol.open({
    connectionId: 'lamp-1',
    incarnation: 3,
    token,
    frameBytes: 2 ** 23,
    clock: systemClock,
    app: {
      call: options.call ?? (() => Promise.resolve(null)),
      notify: (name, payload) => void notified.push([name, payload]),
    },
    send: (frame, how, attachments) => channel.send(frame, how, attachments),
    expectAttachments: channel.expectAttachments?.bind(channel),
    expectBatches: channel.expectBatches?.bind(channel),
    receive: (message) => session.deliver(message),
    report(item) {
      news.push(item);
      if (item.type === 'message.refused') refused.push(item.detail);
      if (item.type !== 'module.registered') return;
      if (options.refuse === undefined) session.acceptRegistration();
      else session.refuseRegistration(options.refuse);
    },
  });
  channel.start({
    onMessage(frame, attachments) {
      frames.push(frame);
      session.onFrame(options.alter?.(frame) ?? frame, attachments);
    },
    onMalformed: ({ reason, excerpt }) => void refused.push(`${reason}: ${excerpt}`),
    onClose: () => session.close(new GreenroomError('CONNECTION_LOST', 'the channel of the test closed')),
  });
  return { channel, session, news, notified, refused, frames, ...waits(news, notified) };
}

function waits(
  news: ModuleNews[],
  notified: [string, unknown][],
): Pick<HostSide, 'reported' | 'notification'> {
  return {
    reported: (type) =>
      vi.waitFor(
        () => {
          const found = news.find((item) => item.type === type);
          expect(found, `${type} among ${JSON.stringify(news)}`).toBeDefined();
          return found as ModuleNews;
        },
        { timeout: 15_000, interval: 5 },
      ),
    notification: (name) =>
      vi.waitFor(
        () => {
          const found = notified.find(([its]) => its === name);
          expect(found, `${name} among ${JSON.stringify(notified.slice(0, 5))}`).toBeDefined();
          return found?.[1];
        },
        { timeout: 15_000, interval: 5 },
      ),
  };
}
