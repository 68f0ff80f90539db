import { GreenroomError } from '../errors.ts';

export function exists(id: string): GreenroomError {
  return new GreenroomError(
    'CONNECTION_EXISTS',
    `There is a connection "${id}" already; ids are unique within a manager.`,
  );
}

export function unknown(id: string, known: readonly string[]): GreenroomError {
  return new GreenroomError(
    'CONNECTION_UNKNOWN',
    `There is no connection "${id}"; there are: ${known.join(', ') || 'none'}.`,
  );
}

export function stopped(id: string): GreenroomError {
  return new GreenroomError('MANAGER_STOPPED', `Connection "${id}" can't be added: the manager was stopped.`);
}
