import { excerpt } from '../ipc/excerpt.ts';
import { sameSecret } from '../native/same-secret.ts';
import { fieldsOf } from './fields.ts';
import { apiLevel, isSupported, since, supportedVersions, unversioned } from './version.ts';

/** Whom the host expects to register. */
export interface Expected {
  readonly connectionId: string;
  readonly token: string;
  /** The version of the installed base, where it is known. */
  readonly baseVersion: string | undefined;
}

/** What a `register` call is worth. */
export interface Registration {
  readonly tokenValid: boolean;
  /** As of `apiLevel`; null when the version isn't supported. */
  readonly level: number | null;
  /** Who came and what would be supported, for people; never contains a token. */
  readonly detail: string;
}

/** Reads the payload of `register`, whatever it is. */
export function readRegistration(payload: unknown, expected: Expected): Registration {
  const fields = fieldsOf(payload);
  const rightToken = sameSecret(fields.get('verificationToken'), expected.token);
  const rightConnection = fields.get('connectionId') === expected.connectionId;
  const version = actualVersion(fields.get('apiVersion'), expected.baseVersion);
  const level = apiLevel(version);
  return {
    tokenValid: rightToken && rightConnection,
    level: isSupported(level) && level < since.ownEntry ? level : null,
    detail: [
      `A module on Companion module API ${shown(version)} registered`,
      rightToken ? '' : ' with a token that is not this process’s',
      rightConnection
        ? ''
        : ` as connection ${shown(fields.get('connectionId'))} instead of ${expected.connectionId}`,
      `; this host supports ${supportedVersions}`,
    ].join(''),
  };
}

function actualVersion(registered: unknown, baseVersion: string | undefined): unknown {
  return registered === unversioned && baseVersion !== undefined ? baseVersion : registered;
}

function shown(value: unknown): string {
  return typeof value === 'string' ? value.slice(0, 100) : excerpt(value, 100);
}
