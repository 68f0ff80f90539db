/** What Node says about something a module was not permitted to do; whatever it is, as it comes from the module. */
export interface Denial {
  readonly permission: unknown;
  readonly resource: unknown;
}

/** What the module was not allowed to do, and what to grant it. */
export function explainDenial({ permission, resource }: Denial): string {
  const what = typeof resource === 'string' && resource !== '' ? ` ${resource.slice(0, 500)}` : '';
  const option = options.get(permission);
  if (option === undefined)
    return `was not permitted to use ${shown(permission)}${what}; grant it with execArgv, or set permissions to 'off'`;
  const [doing, name, isPath] = option;
  const grant = isPath && what !== '' ? `['${what.slice(1)}']` : 'true';
  return `was not permitted to ${doing}${what}; grant it with permissions: { ${name}: ${grant} }`;
}

/** Finds Node's denial among the last words of a process that an error ended; undefined if it was another error. */
export function denialIn(lines: readonly string[]): Denial | undefined {
  const at = lines.findLastIndex((line) => /\bcode: '(?:ERR_ACCESS_DENIED|ERR_DLOPEN_DISABLED)'/.test(line));
  if (at === -1 || lines.slice(at).some(isPlaceOfError)) return undefined;
  if (lines[at]?.includes('DLOPEN')) return { permission: 'Addon', resource: undefined };
  const rest = lines.slice(at, at + 4).join('\n');
  return {
    permission: /\bpermission: '(\w+)'/.exec(rest)?.[1],
    resource: /\bresource: '([^'\n]*)'/.exec(rest)?.[1],
  };
}

// The stack of an error comes before its code, and that of its cause is further in: one that follows is of another error, and the denial was only logged.
function isPlaceOfError(line: string): boolean {
  return line.startsWith('    at ');
}

const options: ReadonlyMap<unknown, readonly [doing: string, option: string, isPath: boolean]> = new Map([
  ['FileSystemRead', ['read', 'read', true]],
  ['FileSystemWrite', ['write', 'write', true]],
  ['ChildProcess', ['start the program', 'childProcess', false]],
  ['WorkerThreads', ['start a worker thread', 'worker', false]],
  ['Addon', ['load a native addon', 'addons', false]],
  ['Net', ['use the network', 'network', false]],
] as const);

function shown(permission: unknown): string {
  return typeof permission === 'string' && permission !== '' ? permission.slice(0, 100) : 'this part of Node';
}
