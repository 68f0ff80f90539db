/** Arguments for Node that bound V8's heap to so many MiB; none without a bound. A module's own arguments come after them, and win. */
export function heapArguments(mebibytes: number | undefined): string[] {
  return mebibytes === undefined ? [] : [`--max-old-space-size=${mebibytes}`];
}
