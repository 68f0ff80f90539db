/** The versions of our own protocol that this library speaks, on both sides. */
export const supportedVersions: readonly number[] = [1, 2];

/** The first version in which frames may carry bytes. */
export const bytesSince = 2;
