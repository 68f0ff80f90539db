/** The versions of our own protocol that this library speaks, on both sides. */
export const supportedVersions: readonly number[] = [1, 2, 3, 4];

/** The first version in which frames may carry bytes. */
export const bytesSince = 2;

/** The first version in which frames may be lists, and many of them one line. */
export const batchesSince = 3;

/** The first version in which a module that waits is answered before it is needed, and learns from `$init` whom it serves. */
export const answeredWaitingSince = 4;

/** What a host speaks on a channel; the one that carries no batches is none for version 3 and later. */
export function versionsOn(carriesBatches: boolean): readonly number[] {
  return carriesBatches ? supportedVersions : supportedVersions.filter((version) => version < batchesSince);
}
