/** How much a package may hold. */
export interface PackageLimits {
  /** The file itself, in bytes. Default 64 MiB. */
  readonly packageBytes: number;
  /** All files in it together, in bytes. Default 512 MiB. */
  readonly unpackedBytes: number;
  /** How many files and folders. Default 20000. */
  readonly entries: number;
}

/** What no package of a Companion module comes near. */
export const defaultPackageLimits: PackageLimits = {
  packageBytes: 64 * 1_048_576,
  unpackedBytes: 512 * 1_048_576,
  entries: 20_000,
};
