/**
 * An error that tells the host: no restart will help until somebody changes the config. To be thrown by `init`.
 * @example
 * if (!config.address) throw misconfigured('No address is set.');
 */
export function misconfigured(message: string): Error & { readonly code: 'MISCONFIGURED' } {
  return Object.assign(new Error(message), { name: 'Misconfigured', code: 'MISCONFIGURED' as const });
}
