import type { Settings } from './upgrades.ts';

interface Field {
  readonly id?: unknown;
  readonly type?: unknown;
  readonly default?: unknown;
}

/** Config and secrets of a connection that never had any: the defaults of its fields, those of secret ones apart. */
export function firstSettings(fields: readonly object[]): Settings {
  const config = new Map<string, unknown>();
  const secrets = new Map<string, unknown>();
  for (const { id, type, default: value } of fields as readonly Field[]) {
    if (typeof id !== 'string' || value === undefined) continue;
    const isSecret = typeof type === 'string' && type.startsWith('secret');
    (isSecret ? secrets : config).set(id, value);
  }
  return { config: Object.fromEntries(config), secrets: Object.fromEntries(secrets) };
}
