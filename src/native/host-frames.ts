import type { ModuleSettings, SessionPort } from '../process/protocol.ts';
import { initId, waitingPingId } from './reception.ts';
import type { Registration } from './registration.ts';

/** The answer to a registration that is accepted. */
export function registered(port: SessionPort, registration: Registration | null) {
  const limits = { frameBytes: port.frameBytes };
  return { type: 'registered', version: registration?.version ?? null, ...whomItServes(port), limits };
}

/** The answer to one that isn't; null for none that could be read. */
export function refused(registration: Registration | null, reason: string) {
  const { tokenValid, version } = registration ?? { tokenValid: false, version: null };
  const code = !tokenValid ? 'TOKEN_INVALID' : version === null ? 'VERSION_UNSUPPORTED' : 'REFUSED';
  return { type: 'refused', code, message: reason };
}

/** The call that initialises a module. One that was answered while it waited learns from it whom it serves. */
export function init(port: SessionPort, { config, secrets, label, isFirstInit }: ModuleSettings) {
  const payload = { config, secrets, label, isFirstInit, ...(port.isAccepted && whomItServes(port)) };
  return { type: 'call', id: initId, name: '$init', payload };
}

/** The call of a process that is to wait. */
export const waitingPing = { type: 'call', id: waitingPingId, name: '$ping' };

function whomItServes({ connectionId, incarnation }: SessionPort) {
  return { connection: connectionId, incarnation };
}
