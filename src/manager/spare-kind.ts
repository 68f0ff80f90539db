import type { ConnectionPolicy } from '../machines/policy.ts';
import type { SparePolicy } from '../machines/spare-setup.ts';
import type { ProcessLimits } from '../process/host.ts';
import { allowedEnvironment } from '../process/environment.ts';
import type { SpareStart } from '../process/spare-process.ts';
import type { Settings } from './settings.ts';

/** Spares of one kind are the same for all who could take them. */
export interface SpareKind {
  /** The same for the same kind. */
  readonly key: string;
  /** For people. */
  readonly module: string;
  readonly policy: SparePolicy;
  readonly start: SpareStart;
}

/** What waits for a connection, as its last process was started; undefined if no process of that module can wait. */
export function launchOfSpare(
  id: string,
  { launch, module, env }: Settings,
  { deadlines, backoff, heldMessages }: ConnectionPolicy,
  { limits, allow }: { readonly limits: ProcessLimits; readonly allow: readonly string[] },
): SpareKind | undefined {
  if (launch?.spare === undefined) return undefined;
  const environment = allowedEnvironment(process.env, { allow, extra: env });
  const connectionId = launch.spare.serves === 'own' ? id : '';
  const { spawn, register } = deadlines;
  const { initial, factor, most } = backoff;
  const policy = { deadlines: { spawn, register }, backoff: { initial, factor, most } };
  const { file, args, cwd, channel, tokenDelivery, protocol } = launch;
  const parts = [
    connectionId,
    file,
    args,
    cwd,
    channel,
    tokenDelivery,
    protocol.name,
    launch.env,
    environment,
    policy,
    heldMessages,
  ];
  const start = {
    launch: { ...launch, spare: launch.spare },
    environment,
    limits,
    connectionId,
    heldMessages,
  };
  return { key: JSON.stringify(parts), module: module.name, policy, start };
}
