import type { ConnectionStatus } from '../index.ts';
import type { SaidLevel } from './said.ts';

/** How a connection is, in one word: `down` wants somebody, `off` is meant to be so. */
export type Health = 'ok' | 'troubled' | 'changing' | 'down' | 'off';

/** The health of a connection, from its status and what its module says of itself. Pure. */
export function healthOf(
  { state, step, reason }: Pick<ConnectionStatus, 'state' | 'step' | 'reason'>,
  says: SaidLevel | null,
): Health {
  if (step === 'stuck') return 'down';
  // One that is well has no reason to give: it refused its new config.
  if (state === 'ready') return reason === null && (says === null || says === 'ok') ? 'ok' : 'troubled';
  return healthByState[state];
}

const healthByState: Readonly<Record<Exclude<ConnectionStatus['state'], 'ready'>, Health>> = {
  failed: 'down',
  misconfigured: 'down',
  backingOff: 'down',
  puttingDown: 'down',
  suspect: 'troubled',
  preparing: 'changing',
  replacing: 'changing',
  queued: 'changing',
  spawning: 'changing',
  registering: 'changing',
  takingOver: 'changing',
  initialising: 'changing',
  stopping: 'changing',
  disabled: 'off',
  removed: 'off',
};
