/**
 * What a module process may see of its host's environment, besides every `LC_…`: what programs need to find files, speak the user's language, know the time
 * zone and reach the network. Not among them: `NODE_OPTIONS` (meant for the host's own Node), `NODE_EXTRA_CA_CERTS` (33 ms per start on
 * Node 20), `NODE_CHANNEL_*` (the host's own channel), `TERM` (a module's output is a pipe) and everything that may be a secret.
 */
export const allowedVariables: readonly string[] = [
  'PATH',
  'HOME',
  'USER',
  'LOGNAME',
  'LANG',
  'LANGUAGE',
  'TZ',
  'TMPDIR',
  'TMP',
  'TEMP',
  'XDG_RUNTIME_DIR',
  'DISABLE_IPV6',
  'NO_COLOR',
  'http_proxy',
  'https_proxy',
  'no_proxy',
  'all_proxy',
  'HTTP_PROXY',
  'HTTPS_PROXY',
  'NO_PROXY',
  'ALL_PROXY',
];

/** What is let through besides on Windows: what programs there don't start without, or look for their files in. */
export const allowedVariablesOnWindows: readonly string[] = [
  'SystemRoot',
  'SystemDrive',
  'windir',
  'PATHEXT',
  'ComSpec',
  'USERPROFILE',
  'USERNAME',
  'HOMEDRIVE',
  'HOMEPATH',
  'APPDATA',
  'LOCALAPPDATA',
  'ProgramData',
  'ProgramFiles',
  'ProgramFiles(x86)',
  'NUMBER_OF_PROCESSORS',
  'PROCESSOR_ARCHITECTURE',
];

export interface EnvironmentOptions {
  /** Names of further variables to let through from the source. `NODE_OPTIONS`, `NODE_EXTRA_CA_CERTS` and `NODE_CHANNEL_*` stay out: give them as `extra`. */
  readonly allow?: readonly string[];
  /** Variables to add as they are; they win over those let through. */
  readonly extra?: Readonly<Record<string, string>>;
}

/**
 * The part of an environment that a module process gets: an allow-list, plus what is named, plus what is given.
 * @example
 * const environment = allowedEnvironment(process.env, { allow: ['DISPLAY'], extra: { LOG_LEVEL: 'debug' } });
 */
export function allowedEnvironment(
  source: Readonly<Record<string, string | undefined>>,
  options: EnvironmentOptions = {},
): Record<string, string> {
  const more = new Set(options.allow?.map(comparable));
  const passes = (name: string) =>
    (always.has(comparable(name)) || more.has(comparable(name)) || name.startsWith('LC_')) &&
    !belongsToHost(name);
  const environment: Record<string, string> = {};
  // To read a variable of the process, or to ask whether it may be listed, is a call into the operating system's library.
  for (const name of Object.getOwnPropertyNames(source)) {
    const value = passes(name) ? source[name] : undefined;
    if (value !== undefined) environment[name] = value;
  }
  return { ...environment, ...options.extra };
}

const onWindows = process.platform === 'win32';
const always = new Set(
  [...allowedVariables, ...(onWindows ? allowedVariablesOnWindows : [])].map(comparable),
);

/** Windows doesn't tell Path from PATH. */
function comparable(name: string): string {
  return onWindows ? name.toUpperCase() : name;
}

function belongsToHost(name: string): boolean {
  const upper = name.toUpperCase();
  return upper === 'NODE_OPTIONS' || upper === 'NODE_EXTRA_CA_CERTS' || upper.startsWith('NODE_CHANNEL_');
}
