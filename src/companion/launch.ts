import path from 'node:path';
import { identityEnvironment } from '../native/identity.ts';
import { heapArguments } from '../process/heap-arguments.ts';
import type { Launch } from '../process/protocol.ts';
import { findEntryProgram } from './entry-program.ts';
import type { InitOptions } from './init.ts';
import type { InstalledBase } from './installed-base.ts';
import { isInside } from './is-inside.ts';
import type { UpgradeIndexes } from './kept-config.ts';
import type { Manifest } from './manifest.ts';
import type { NodeRuntime } from './node-runtime.ts';
import { ownProtocol } from './own-session.ts';
import { permissionArguments } from './permissions.ts';
import { rememberingProtocol } from './protocol.ts';
import { apiLevel, since } from './version.ts';

/** All that was found out about a module; paths are real ones. */
export interface Found {
  readonly folder: string;
  readonly manifest: Manifest;
  readonly entrypoint: string;
  readonly base: InstalledBase | null;
  readonly version: string;
  readonly runtime: NodeRuntime;
  readonly options: InitOptions & { readonly permissions?: 'enforce' | 'off' | undefined };
  readonly indexes: UpgradeIndexes;
}

/** How to start it: up to API 1.x by its own entry and wire, from 2.0 by ours. */
export function launch(found: Found, heapLimit: number | undefined): Launch {
  const launched =
    (apiLevel(found.version) ?? 0) < since.ownEntry ? launchAsItIs(found) : launchInOurs(found);
  return { ...launched, args: [...heapArguments(heapLimit), ...launched.args] };
}

function launchAsItIs(found: Found): Launch {
  const { isFirstInit, lastUpgradeIndex } = found.options;
  const settings = { isFirstInit, lastUpgradeIndex, baseVersion: found.base?.version };
  return {
    ...common(found),
    args: [...permissions(found, []), found.entrypoint],
    protocol: rememberingProtocol(settings, found.indexes),
    spare: { serves: 'own' },
    environment: ({ connectionId, token }) => ({ CONNECTION_ID: connectionId, VERIFICATION_TOKEN: token }),
  };
}

function launchInOurs(found: Found): Launch {
  const { isFirstInit, lastUpgradeIndex } = found.options;
  const entry = findEntryProgram();
  const name = path.basename(found.folder);
  return {
    ...common(found),
    args: [...permissions(found, entry.readable), entry.file, found.entrypoint, name, found.version],
    protocol: ownProtocol(
      { isFirstInit, lastUpgradeIndex, level: apiLevel(found.version) ?? 0 },
      found.indexes,
    ),
    tokenDelivery: 'descriptor',
    spare: { serves: 'any' },
    environment: identityEnvironment('node'),
  };
}

function common({ runtime, folder }: Found): Pick<Launch, 'file' | 'cwd' | 'env' | 'channel'> {
  return {
    file: runtime.file,
    cwd: folder,
    env: { MODULE_MANIFEST: 'companion/manifest.json' },
    channel: 'node',
  };
}

function permissions(found: Found, further: readonly string[]): string[] {
  const { folder, manifest, base, version, runtime, options } = found;
  return permissionArguments({
    manifest,
    level: apiLevel(version) ?? 0,
    runtime,
    readable: [folder, ...(base?.folders ?? []).filter((other) => !isInside(other, folder)), ...further],
    mode: options.permissions ?? 'enforce',
  });
}
