import { join } from 'node:path';
import { onTestFinished } from 'vitest';
import { createActor, sendTo, setup, type EventObject } from 'xstate';
import { systemClock } from '../../src/clock.ts';
import { GreenroomError } from '../../src/errors.ts';
import { defaultChannelLimits } from '../../src/ipc/channel.ts';
import { defaultPolicy } from '../../src/machines/policy.ts';
import type { ProcessNews, ProcessOrder } from '../../src/machines/connection-events.ts';
import {
  defaultProcessLimits,
  type IncarnationHost,
  type OutputLine,
  type ProcessHost,
} from '../../src/process/host.ts';
import { createProcessLogic } from '../../src/process/process.ts';
import type { Launch, Session } from '../../src/process/protocol.ts';
import { createProcessRegistry } from '../../src/process/registry.ts';
import { plainProtocol } from './plain-protocol.ts';

export type News<T extends ProcessNews['type']> = Extract<ProcessNews, { type: T }>;

/** How to start a fixture: a program of Node, or of the shell if its name ends with .sh. */
export function fixture(name: string, launch: Partial<Launch> = {}): Launch {
  const path = join(import.meta.dirname, 'fixtures', name);
  return {
    file: name.endsWith('.sh') ? '/bin/sh' : process.execPath,
    args: [path],
    cwd: import.meta.dirname,
    env: {},
    channel: name.endsWith('.sh') ? 'lines' : 'node',
    protocol: plainProtocol(),
    environment: ({ token }) => ({ TOKEN: token }),
    ...launch,
  };
}

/** Starts one incarnation under a parent that records what it reports. Ends it, and waits for its end, when the test is over. */
export function start(launch: Launch, own: Partial<IncarnationHost> = {}, shared: Partial<ProcessHost> = {}) {
  const registry = createProcessRegistry({ clock: systemClock });
  const record = createRecord();
  const incarnation: IncarnationHost = {
    launch,
    environment: () => ({ PATH: process.env['PATH'] ?? '' }),
    limits: { ...defaultChannelLimits, ...defaultProcessLimits },
    heartbeatInterval: 0,
    budgets: defaultPolicy,
    onResources: () => {},
    onExcess: () => {},
    app: { call: () => Promise.resolve(null), notify: () => {}, saveConfig: () => true },
    settings: () => ({ label: 'Lamp', config: { host: 'lamp' }, secrets: null, isFirstInit: true }),
    onTold: () => {},
    onOutput: (line) => record.lines.push(line),
    onOutputDropped: ({ lines }) => record.dropped.push(lines),
    onOpen: (session) => {
      record.note('opened');
      record.session = session;
    },
    onClose: () => record.note('closed'),
    loss: (cause) => {
      record.note('loss');
      return new GreenroomError('CONNECTION_LOST', cause);
    },
    ...own,
  };
  const logic = createProcessLogic({
    clock: systemClock,
    registry,
    incarnation: () => incarnation,
    ...shared,
  });
  const parent = setup({ actors: { process: logic } }).createMachine({
    invoke: { id: 'process', src: 'process', input: { connectionId: 'lamp', incarnation: 7 } },
    on: {
      order: {
        actions: sendTo('process', ({ event }) => (event as EventObject & { order: ProcessOrder }).order),
      },
      '*': { actions: ({ event }) => record.news(event as ProcessNews) },
    },
  });
  const actor = createActor(parent);
  actor.subscribe({ error: (error) => record.errors.push(error) });
  actor.start();
  onTestFinished(async () => {
    actor.stop();
    registry.killAll();
    await registry.gone();
  });
  const order = (...orders: ProcessOrder[]): void => {
    for (const each of orders) actor.send({ type: 'order', order: each });
  };
  return { ...record.view, record, registry, order, stop: () => actor.stop() };
}

function createRecord() {
  const all: ProcessNews[] = [];
  const steps: string[] = [];
  const waiting = new Set<() => void>();
  const changed = (): void => waiting.forEach((check) => check());
  /** Resolves with the first news of this type (after those already counted) that there is or will be. */
  const saw = <T extends ProcessNews['type']>(type: T, index = 0): Promise<News<T>> =>
    new Promise((resolve) => {
      const check = (): void => {
        const found = all.filter((news) => news.type === type)[index];
        if (!found) return;
        waiting.delete(check);
        resolve(found as News<T>);
      };
      waiting.add(check);
      check();
    });
  return {
    view: { all, steps, saw, types: () => all.map((news) => news.type) },
    lines: [] as OutputLine[],
    dropped: [] as number[],
    errors: [] as unknown[],
    session: undefined as Session | undefined,
    note: (step: string) => void steps.push(step),
    news(news: ProcessNews) {
      all.push(news);
      steps.push(news.type);
      changed();
    },
  };
}
