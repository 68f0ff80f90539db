import { GreenroomError } from '../errors.ts';
import { statusOf } from '../machines/status.ts';
import { allowedEnvironment } from '../process/environment.ts';
import type { IncarnationHost, ProcessLimits } from '../process/host.ts';
import type { AppPort, Launch } from '../process/protocol.ts';
import type { Connection } from './connection.ts';
import type { Handlers } from './connection-options.ts';
import type { Emitter } from './events.ts';
import { connectionLost } from './order-errors.ts';
import { saveSettings, type Settings } from './settings.ts';

/** What one connection's processes share with those of others. */
export interface IncarnationSurroundings {
  readonly emitter: Emitter;
  readonly handlers: Handlers;
  readonly limits: ProcessLimits;
  readonly allow: readonly string[];
}

/** Everything the process of a connection needs to know and to tell. */
export function incarnationHost(
  connection: Connection,
  settings: Settings,
  { emitter, handlers, limits, allow }: IncarnationSurroundings,
): IncarnationHost {
  const launch = preparedLaunch(connection.id, settings);
  const { id } = connection;
  const incarnation = connection.actor.getSnapshot().context.incarnation;
  return {
    launch,
    environment: allowedEnvironment(process.env, { allow, extra: settings.env }),
    limits,
    heartbeatInterval: connection.policy.heartbeat.interval,
    app: appPort(connection, incarnation, settings, { emitter, handlers }),
    onTold: ({ config, secrets }) => {
      settings.told = { config, secrets };
    },
    settings: () => ({
      label: connection.label,
      config: settings.config,
      secrets: settings.secrets,
      isFirstInit: settings.isFirstInit,
    }),
    onOutput: ({ stream, text }) =>
      emitter.emit('output', { connection: id, incarnation, stream, line: text }),
    onOutputDropped: (lines) => emitter.emit('outputDropped', { connection: id, incarnation, lines }),
    onChannel: (channel) => {
      settings.channel = channel;
    },
    onOpen: (session) => {
      settings.session = session;
    },
    onClose: () => void (settings.session = null),
    loss: (cause) => {
      const status = statusOf(connection.actor.getSnapshot());
      return connectionLost(status, cause, status.lastExit?.incarnation === incarnation);
    },
  };
}

function preparedLaunch(id: string, { launch }: Settings): Launch {
  if (launch !== null) return launch;
  throw new Error(`Connection "${id}" starts a process that was not prepared.`);
}

function appPort(
  connection: Connection,
  incarnation: number,
  settings: Settings,
  { emitter, handlers }: { emitter: Emitter; handlers: Handlers },
): AppPort {
  const { id } = connection;
  return {
    call: async (name, payload, call) => {
      const handler = ownHandler(settings.handlers, name) ?? ownHandler(handlers, name);
      if (handler === undefined) throw handlerMissing(id, name, [settings.handlers, handlers]);
      return handler(payload, {
        connection: id,
        get signal() {
          return call.signal;
        },
      });
    },
    notify: (name, payload) => emitter.emit('message', { connection: id, incarnation, name, payload }),
    saveConfig: (saved) => {
      if (saveSettings(settings, saved)) {
        const { config, secrets } = settings;
        emitter.emit('configSaved', { connection: id, config, secrets });
      } else {
        emitter.emit('rejected', {
          connection: id,
          order: 'saveConfig',
          why: 'the app has changed it meanwhile',
        });
      }
    },
  };
}

function ownHandler(handlers: Handlers, name: string) {
  return Object.hasOwn(handlers, name) ? handlers[name] : undefined;
}

function handlerMissing(connection: string, name: string, all: readonly Handlers[]): GreenroomError {
  const known = all.flatMap((handlers) => Object.keys(handlers)).join(', ') || 'none';
  return new GreenroomError(
    'HANDLER_MISSING',
    `The app has no handler for the call "${name}" of connection "${connection}"; it has: ${known}. Give one with the option handlers.`,
    { data: { connection, name } },
  );
}
