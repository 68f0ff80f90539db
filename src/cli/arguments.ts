import { parseArgs } from 'node:util';
import { commands } from './commands.ts';
import type { OrderName } from './control/orders.ts';

export type Command =
  | {
      readonly name: 'help';
      /** The command that is asked about; null for all. */ readonly of: string | null;
    }
  | { readonly name: 'version' }
  | {
      readonly name: 'run';
      readonly file: string;
      readonly json: boolean;
      readonly untilReady: boolean;
      /** Milliseconds. */
      readonly timeout: number;
      /** The port of the dashboard; 0 is any, null is none. */
      readonly dashboard: number | null;
      /** Whether metrics are served beside it. */
      readonly metrics: boolean;
      /** Whether other commands may find it. */
      readonly control: boolean;
    }
  | {
      readonly name: 'check';
      readonly path: string;
      readonly config: string | null;
      readonly channel: 'lines' | 'stdio';
      readonly timeout: number;
    }
  | ControlCommand;

/** A command to a run that is going on; `run` is its process or file, null where there is only one. */
export type ControlCommand = { readonly run: string | null; readonly json: boolean } & (
  | { readonly name: 'status'; readonly connection: string | null }
  | { readonly name: 'logs'; readonly connection: string | null; readonly follow: boolean }
  | {
      readonly name: OrderName;
      readonly connections: readonly string[];
      /** How long to wait for its effect: milliseconds; null is not at all. */
      readonly wait: number | null;
    }
);

/** What is wrong with a command line, for people. */
export class UsageError extends Error {
  override readonly name = 'UsageError';
}

const defaultPort = 4780;

const options = {
  help: { type: 'boolean', short: 'h' },
  version: { type: 'boolean', short: 'v' },
  json: { type: 'boolean' },
  until: { type: 'string' },
  timeout: { type: 'string' },
  config: { type: 'string' },
  channel: { type: 'string' },
  dashboard: { type: 'string' },
  metrics: { type: 'boolean' },
  'no-control': { type: 'boolean' },
  run: { type: 'string' },
  wait: { type: 'boolean' },
  follow: { type: 'boolean', short: 'f' },
} as const;

type Values = ReturnType<typeof parse>['values'];

const readers: Readonly<Record<string, (targets: readonly string[], values: Values) => Command>> = {
  run: (targets, values) => runCommand(only(targets, 'greenroom run', 'a JSON file of connections'), values),
  check: (targets, values) =>
    checkCommand(only(targets, 'greenroom check', 'the folder or file of a module'), values),
  status: (targets, values) => ({ name: 'status', ...oneOrAll('status', targets), ...control(values) }),
  logs: (targets, values) => ({
    name: 'logs',
    ...oneOrAll('logs', targets),
    follow: values.follow ?? false,
    ...control(values),
  }),
  enable: (targets, values) => orderCommand('enable', targets, values),
  disable: (targets, values) => orderCommand('disable', targets, values),
  restart: (targets, values) => orderCommand('restart', targets, values),
};

/** @throws {UsageError} */
export function readArguments(args: readonly string[]): Command {
  const { values, positionals } = parse(args);
  if (values.version) return { name: 'version' };
  const [name = 'help', ...targets] = positionals;
  if (name === 'help') return helpCommand(targets[0]);
  if (values.help) return helpCommand(name);
  const read = Object.hasOwn(readers, name) ? readers[name] : undefined;
  if (read === undefined) throw unknownCommand(name);
  checkOptions(name, values);
  return read(targets, values);
}

function helpCommand(of: string | undefined): Command {
  if (of !== undefined && !Object.hasOwn(readers, of)) throw unknownCommand(of);
  return { name: 'help', of: of ?? null };
}

function unknownCommand(name: string): UsageError {
  return new UsageError(`There is no command "${name}"; there are ${Object.keys(commands).join(', ')}.`);
}

function checkOptions(name: string, values: Values): void {
  const allowed = Object.keys(commands[name]?.options ?? {});
  const unknown = Object.keys(values).find((option) => !allowed.includes(option));
  if (unknown === undefined) return;
  throw new UsageError(`greenroom ${name} has no option --${unknown}; it has --${allowed.join(', --')}.`);
}

function only([target, ...rest]: readonly string[], who: string, needed: string): string {
  if (target === undefined) throw new UsageError(`${who} needs ${needed}. Give its path.`);
  if (rest.length === 0) return target;
  throw new UsageError(`${who} takes one path, but got ${rest.length + 1}: ${[target, ...rest].join(', ')}.`);
}

function oneOrAll(name: string, [connection, ...rest]: readonly string[]): { connection: string | null } {
  if (rest.length === 0) return { connection: connection ?? null };
  throw new UsageError(`greenroom ${name} takes one connection, or none for all of them.`);
}

function parse(args: readonly string[]) {
  try {
    // An option with a value that may be left out is not among those Node knows.
    const explicit = args.map((arg) => (arg === '--dashboard' ? `--dashboard=${defaultPort}` : arg));
    return parseArgs({ args: explicit, options, allowPositionals: true });
  } catch (error) {
    throw new UsageError((error as Error).message);
  }
}

function runCommand(file: string, values: Values): Command {
  const { json = false, until, timeout, metrics = false } = values;
  if (until !== undefined && until !== 'ready')
    throw new UsageError(`--until can only be "ready", but is "${until}".`);
  if (timeout !== undefined && until === undefined)
    throw new UsageError('--timeout says how long --until ready waits; there is no --until. Add it.');
  const goal = { untilReady: until === 'ready', timeout: milliseconds(timeout) };
  const reach = { dashboard: dashboardPort(values), metrics, control: values['no-control'] !== true };
  return { name: 'run', file, json, ...goal, ...reach };
}

/** Metrics are served by the dashboard, so they want one. */
function dashboardPort({ dashboard, metrics = false }: Values): number | null {
  if (dashboard !== undefined) return portFrom(dashboard);
  return metrics ? defaultPort : null;
}

function checkCommand(path: string, { config, channel = 'lines', timeout }: Values): Command {
  if (channel !== 'lines' && channel !== 'stdio')
    throw new UsageError(`--channel must be lines or stdio, but is "${channel}".`);
  return { name: 'check', path, config: config ?? null, channel, timeout: milliseconds(timeout) };
}

function orderCommand(name: OrderName, connections: readonly string[], values: Values): Command {
  const { wait = false, timeout } = values;
  if (connections.length === 0)
    throw new UsageError(`greenroom ${name} needs the name of a connection, or several. Add it.`);
  if (timeout !== undefined && !wait)
    throw new UsageError('--timeout says how long --wait waits; there is no --wait. Add it.');
  return { name, connections, wait: wait ? milliseconds(timeout) : null, ...control(values) };
}

function control({ run = '', json = false }: Values): { run: string | null; json: boolean } {
  return { run: run === '' ? null : run, json };
}

function portFrom(text: string): number {
  const port = Number(text);
  if (/^\d+$/.test(text) && port <= 65_535) return port;
  throw new UsageError(`--dashboard must be a port, 0 for any that is free, but is "${text}".`);
}

function milliseconds(seconds = '30'): number {
  const number = Number(seconds);
  if (seconds.trim() !== '' && number > 0 && number <= 86_400) return number * 1000;
  throw new UsageError(`--timeout must be a number of seconds above 0, a day at most, but is "${seconds}".`);
}
