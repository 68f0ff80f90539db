import { fileURLToPath } from 'node:url';
import { nodeModule } from '../../dist/index.js';
import { child } from './child.mjs';

/** A program of this folder as a module, held to permissions as by default. It isn't in our package, and so has to be granted it. */
export function module(name) {
  const read = [fileURLToPath(new URL('../../dist', import.meta.url))];
  return nodeModule({ path: child(name), permissions: { read } });
}
