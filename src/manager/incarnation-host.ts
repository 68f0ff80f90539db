import { GreenroomError } from '../errors.ts';
import { statusOf } from '../machines/status.ts';
import { allowedEnvironment } from '../process/environment.ts';
import type { IncarnationHost, ProcessLimits } from '../process/host.ts';
import type { AppPort, Launch } from '../process/protocol.ts';
import type { Connection } from './connection.ts';
import type { Handlers } from './connection-options.ts';
import type { Emitter } from './events.ts';
import { HandledCall } from './handled-call.ts';
import { connectionLost } from './order-errors.ts';
import { noteTold, saveSettings, type Settings } from './settings.ts';
import { traceCall } from './trace-call.ts';

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
    launch: withoutToken(launch, settings),
    environment: () => allowedEnvironment(process.env, { allow, extra: settings.env }),
    limits,
    heartbeatInterval: connection.policy.heartbeat.interval,
    budgets: connection.policy,
    app: appPort(connection, incarnation, settings, { emitter, handlers }),
    onTold: (told) => noteTold(settings, told),
    settings: () => ({
      label: connection.label,
      config: settings.config,
      secrets: settings.secrets,
      isFirstInit: settings.isFirstInit,
    }),
    ...newsFor(id, incarnation, settings, emitter),
    onChannel: (channel) => {
      settings.channel = channel;
    },
    onOpen: (session) => {
      settings.session = session;
      settings.urgency.over();
    },
    onClose: () => void (settings.session = null),
    loss: (cause) => {
      const status = statusOf(connection.actor.getSnapshot());
      return connectionLost(status, cause, status.lastExit?.incarnation === incarnation);
    },
  };
}

function newsFor(
  connection: string,
  incarnation: number,
  settings: Settings,
  emitter: Emitter,
): Pick<IncarnationHost, 'onOutput' | 'onOutputDropped' | 'onResources' | 'onExcess'> {
  return {
    onOutput: ({ stream, text }) => emitter.emit('output', { connection, incarnation, stream, line: text }),
    onOutputDropped: ({ lines, bytes }) =>
      emitter.emit('outputDropped', { connection, incarnation, lines, bytes }),
    onResources: (resources) => {
      settings.used = { incarnation, resources };
    },
    onExcess: ({ budget, used, limit, putDown }) =>
      emitter.emit('overBudget', { connection, incarnation, budget, used, limit, putDown }),
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
      return traceCall(connection, 'in', name, call, async () => handler(payload, new HandledCall(id, call)));
    },
    notify: (name, payload) => emitter.emit('message', { connection: id, incarnation, name, payload }),
    saveConfig: (saved) => {
      const isSaved = saveSettings(settings, saved);
      if (isSaved) {
        const { config, secrets } = settings;
        emitter.emit('configSaved', { connection: id, config, secrets });
      } else {
        emitter.emit('rejected', {
          connection: id,
          order: 'saveConfig',
          why: 'the app has changed it meanwhile',
        });
      }
      return isSaved;
    },
  };
}

/** What a process is told to register with is nobody else's business, also when it prints its environment. */
function withoutToken(launch: Launch, { redaction }: Settings): Launch {
  return {
    ...launch,
    environment: (identity) => {
      redaction.hideToken(identity.token);
      return launch.environment(identity);
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
