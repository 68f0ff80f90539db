import { parseArgs } from 'node:util';

export type Command =
  | { readonly name: 'help' }
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
    }
  | {
      readonly name: 'check';
      readonly path: string;
      readonly config: string | null;
      readonly channel: 'lines' | 'stdio';
      readonly timeout: number;
    };

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
} as const;

type Values = ReturnType<typeof parse>['values'];

const optionsOf: Readonly<Record<string, readonly (keyof Values)[] | undefined>> = {
  run: ['json', 'until', 'timeout', 'dashboard', 'metrics'],
  check: ['config', 'channel', 'timeout'],
};

/** @throws {UsageError} */
export function readArguments(args: readonly string[]): Command {
  const { values, positionals } = parse(args);
  if (values.version) return { name: 'version' };
  if (values.help || args.length === 0 || positionals[0] === 'help') return { name: 'help' };
  const [name = '', ...targets] = positionals;
  checkOptions(name, values);
  if (name === 'run') return runCommand(only(targets, 'greenroom run', 'a JSON file of connections'), values);
  return checkCommand(only(targets, 'greenroom check', 'the folder or file of a module'), values);
}

function checkOptions(name: string, values: Values): void {
  const allowed = optionsOf[name];
  if (allowed === undefined) throw new UsageError(`There is no command "${name}"; there are run and check.`);
  const unknown = (Object.keys(values) as (keyof Values)[]).find((option) => !allowed.includes(option));
  if (unknown === undefined) return;
  throw new UsageError(`greenroom ${name} has no option --${unknown}; it has --${allowed.join(', --')}.`);
}

function only([target, ...rest]: readonly string[], who: string, needed: string): string {
  if (target === undefined) throw new UsageError(`${who} needs ${needed}. Give its path.`);
  if (rest.length === 0) return target;
  throw new UsageError(`${who} takes one path, but got ${rest.length + 1}: ${[target, ...rest].join(', ')}.`);
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
  const untilReady = until === 'ready';
  const dashboard = dashboardPort(values);
  return { name: 'run', file, json, untilReady, timeout: milliseconds(timeout), dashboard, metrics };
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
