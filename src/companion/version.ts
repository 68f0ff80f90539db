/** What a manifest of a source tree says; the installed base then knows the version. */
export const unversioned = '0.0.0';

/** What is supported, for people. */
export const supportedVersions = '0.5 to 1.14, 2.0, and what follows in 1.x and 2.x';

/** Major and minor version as one number that can be compared (1.13.6 is 1013), or null if the text is no version. */
export function apiLevel(version: unknown): number | null {
  if (typeof version !== 'string') return null;
  const parts = /^(\d{1,3})\.(\d{1,3})(?:\.|$)/.exec(version);
  return parts ? Number(parts[1]) * 1000 + Number(parts[2]) : null;
}

/** The version of a level: 1013 is 1.13. */
export function versionOf(level: number): string {
  return `${Math.floor(level / 1000)}.${level % 1000}`;
}

/** True for the versions of the module API that this library speaks. */
export function isSupported(level: number | null): level is number {
  return level !== null && level >= 5 && level < 3000;
}

/** From where on something is part of the module API. */
export const since = {
  labelUpdates: 1002,
  permissions: 1012,
  secrets: 1013,
  /** From here on upgrade scripts run on a config that comes alone. */
  configUpgrades: 1002,
  /** From here on the host fills in variables and upgrades what is placed. */
  hostFills: 1013,
  /** From here on the base has no process entry and no wire: both are ours. */
  ownEntry: 2000,
} as const;
