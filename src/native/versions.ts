/** The versions of our own protocol that this library speaks, on both sides. */
export const supportedVersions: readonly number[] = [1];
