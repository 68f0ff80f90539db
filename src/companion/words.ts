import { GreenroomError } from '../errors.ts';

/** What the module itself said, where it did. */
export function ownWords(error: unknown): string {
  const said = error instanceof GreenroomError ? error.data['remoteMessage'] : undefined;
  return typeof said === 'string' ? said : messageOf(error);
}

/** What an error says. */
export function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
