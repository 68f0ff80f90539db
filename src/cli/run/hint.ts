/** A hint with each `{id.pid}` replaced by the process of that connection, or by words while it has none. */
export function fillIn(hint: string, pids: ReadonlyMap<string, number | null> = new Map()): string {
  return hint.replaceAll(/\{([^{}]+)\.pid\}/g, (_, id: string) => String(pids.get(id) ?? `<pid of ${id}>`));
}
