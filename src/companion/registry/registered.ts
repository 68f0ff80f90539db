import { compareVersions } from './version-order.ts';

/** A module that a registry found, whether it can be used or not. */
export interface RegisteredModule {
  /** As its manifest says; the name of the folder or package where that can't be read. */
  readonly id: string;
  /** For people. Default: the id. */
  readonly name: string;
  /** Of the module, as its manifest says; `0.0.0` where it says none. */
  readonly version: string;
  readonly isPrerelease: boolean;
  /** Of the module API, such as `1.14.1`; null where it can't be told. */
  readonly apiVersion: string | null;
  /** Where its files are; null for a package that could not be unpacked. */
  readonly folder: string | null;
  /** The package it was unpacked from; null for a folder. */
  readonly packageFile: string | null;
  /** Why it can't be used, and what to do; null if it can. */
  readonly problem: string | null;
  /** What its manifest has that the schema of the SDK doesn't allow; it runs all the same. */
  readonly warnings: readonly string[];
  /** Its manifest as it is written; null where it can't be read. */
  readonly manifest: Readonly<Record<string, unknown>> | null;
}

/** Newer versions first; of the same version those that can be used first, and no prerelease before others. */
export function byVersion(a: RegisteredModule, b: RegisteredModule): number {
  return (
    Number(a.isPrerelease) - Number(b.isPrerelease) ||
    compareVersions(b.version, a.version) ||
    Number(a.problem !== null) - Number(b.problem !== null)
  );
}
