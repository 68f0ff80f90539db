import { fileURLToPath } from 'node:url';

/** The path of a program that a contender starts. */
export function child(name) {
  return fileURLToPath(new URL(`../children/${name}`, import.meta.url));
}
