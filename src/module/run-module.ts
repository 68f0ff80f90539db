import path from 'node:path';
import { supportedVersions } from '../native/versions.ts';
import { checkDefinition, type ModuleDefinition } from './definition.ts';
import { takeIdentity } from './identity.ts';
import { createLife } from './life.ts';
import { openChannel } from './open-channel.ts';
import { sdk } from './sdk.ts';
import { serve } from './serve.ts';
import { startWatchdog, takeParent, type Parent } from './watchdog.ts';

/**
 * Makes this process a module: registers with the host that started it and serves it until it stops the module or is gone.
 * The process exits with 0 after a stop, 1 after an unhandled error or a frame after which none can be read, 78 when host and module have no protocol version in
 * common, and 77 when the host refuses the module for another reason.
 * @throws {GreenroomError} `OPTION_INVALID`; `NOT_A_MODULE_PROCESS` when no host started this process.
 * @example
 * runModule({
 *   init: ({ config }, host) => host.status('ok', `Connected to ${config.address}`),
 *   calls: { add: ({ a, b }) => a + b },
 * });
 */
export function runModule(definition: ModuleDefinition): void {
  checkDefinition(definition);
  const parent = takeParent(process.env);
  const identity = takeIdentity(process.env);
  const channel = openChannel(identity);
  const life = createLife(channel, () => definition.stop?.());
  serve({ definition, channel, life, warn, onRegistered: () => watch(parent) });
  channel.send({
    type: 'register',
    token: identity.token,
    versions: supportedVersions,
    module: {
      name: nameOf(definition),
      ...(definition.version === undefined ? {} : { version: definition.version }),
    },
    sdk,
  });
  // At once: whatever else this tick still does, the host waits for this.
  void channel.flush();
}

// Only now, because before that it would keep the module from registering as early as it could.
function watch(parent: Parent): void {
  try {
    startWatchdog(parent);
  } catch (error) {
    warn(`Nothing but a janitor ends this module if its host is killed while it is busy: ${String(error)}`);
  }
}

function warn(line: string): void {
  process.stderr.write(`${line}\n`);
}

function nameOf(definition: ModuleDefinition): string {
  return definition.name ?? path.basename(process.argv[1] ?? 'module');
}
