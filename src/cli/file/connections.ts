import path from 'node:path';
import { companionModule } from '../../companion/index.ts';
import {
  commandModule,
  GreenroomError,
  nodeModule,
  type ConnectionOptions,
  type Module,
} from '../../index.ts';
import type { ConnectionEntry, ConnectionsFile } from './schema.ts';

/** A connection that was left out because its program isn't installed. */
export interface LeftOut {
  readonly id: string;
  readonly reason: string;
}

export interface Connections {
  readonly options: readonly ConnectionOptions[];
  readonly leftOut: readonly LeftOut[];
}

/** The connections of a file that can run on this machine, with paths that start at the file's folder. */
export async function connectionsOf(file: string, { connections }: ConnectionsFile): Promise<Connections> {
  const folder = path.dirname(path.resolve(file));
  const options: ConnectionOptions[] = [];
  const leftOut: LeftOut[] = [];
  for (const entry of connections) {
    const module = moduleOf(entry.module, folder);
    const reason = await whyLeftOut(entry, module);
    if (reason === null) options.push({ ...entry, module });
    else leftOut.push({ id: entry.id, reason });
  }
  return { options, leftOut };
}

function moduleOf(entry: ConnectionEntry['module'], folder: string): Module {
  if (typeof entry === 'string') return nodeModule({ path: path.resolve(folder, entry), name: entry });
  if ('node' in entry) return nodeModuleOf(entry, folder);
  if ('companion' in entry) {
    return companionModule({ folder: path.resolve(folder, entry.companion), permissions: entry.permissions });
  }
  const [command = '', ...args] = entry.command;
  return commandModule({ command, args, cwd: folder, channel: entry.channel ?? 'lines' });
}

function nodeModuleOf(entry: Extract<ConnectionEntry['module'], { node: string }>, folder: string): Module {
  const { node, args = [], execArgv = [], permissions = {} } = entry;
  return nodeModule({ path: path.resolve(folder, node), name: node, args, execArgv, permissions });
}

async function whyLeftOut({ id, module }: ConnectionEntry, prepared: Module): Promise<string | null> {
  if (typeof module === 'string' || !('command' in module)) return null;
  const { optional = false, command } = module;
  if (optional === false) return null;
  try {
    await prepared.prepare({ connectionId: id, signal: new AbortController().signal });
    return null;
  } catch (error) {
    if (!(error instanceof GreenroomError)) throw error;
    return optional === true ? error.message : `There is no program ${command[0]} here. ${optional}`;
  }
}
