/**
 * Finds the example programs of a markdown text: the fenced blocks right after `<!-- example: name -->`. Each is a file
 * `name.ts`; those marked `<!-- example: name, started by others -->` are not run by themselves.
 * @param {string} markdown
 * @returns {{ name: string, code: string, runs: boolean }[]}
 */
export function examplesOf(markdown) {
  const marked = /<!-- example: ([\w-]+)(, started by others)? -->\s*```ts\r?\n([^]*?)```/g;
  return Array.from(markdown.matchAll(marked), ([, name, apart, code]) => ({ name, code, runs: !apart }));
}
