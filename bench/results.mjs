import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { arch, cpus, platform } from 'node:os';
import { goals as promised } from './goals.mjs';

/** What the figures depend on. */
export function machine() {
  return { node: process.version, platform: platform(), arch: arch(), cores: cpus().length };
}

/** What was measured and saved; empty if there is no such file. */
export function read(file) {
  return existsSync(file) ? JSON.parse(readFileSync(file, 'utf8')) : { goals: [], blocks: [] };
}

/** Saves results; what the file has of other goals and blocks stays. */
export function save(file, goals, blocks, isQuick) {
  const old = read(file);
  const on = { ...machine(), quick: isQuick };
  const merged = (before, now, key) => [
    ...before.filter((each) => !now.some((other) => other[key] === each[key])),
    ...now.map((each) => ({ ...each, on })),
  ];
  const order = promised.map(({ name }) => name);
  const judged = merged(old.goals, goals, 'name').filter(({ name }) => order.includes(name));
  const result = {
    goals: judged.toSorted((a, b) => order.indexOf(a.name) - order.indexOf(b.name)),
    blocks: merged(old.blocks, blocks, 'block'),
  };
  writeFileSync(file, `${JSON.stringify(result, null, 2)}\n`);
}
