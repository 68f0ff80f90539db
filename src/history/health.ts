import type { ConnectionStatus } from '../index.ts';
import type { SaidLevel } from './said.ts';

/** How a connection is, in one word: `down` wants somebody, `off` is meant to be so. */
export type Health = 'ok' | 'troubled' | 'changing' | 'down' | 'off';

/** The health of a connection, from its status and what its module says of itself. Pure. */
export function healthOf(
  { state, step }: Pick<ConnectionStatus, 'state' | 'step'>,
  says: SaidLevel | null,
): Health {
  if (step === 'stuck') return 'down';
  if (state === 'ready') return says === null || says === 'ok' ? 'ok' : 'troubled';
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
