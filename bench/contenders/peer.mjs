import { existsSync } from 'node:fs';

/** A contender that needs a package of this folder; says so where it isn't installed, as in the short run of CI. */
export function peer(name, open) {
  return (options) => {
    const isThere = existsSync(new URL(`../node_modules/${name}/package.json`, import.meta.url));
    return isThere ? open(options) : `${name} is not installed here`;
  };
}
