import path from 'node:path';
import type { Module } from '../../src/process/protocol.ts';
import { builtPath } from '../built.ts';

const src = path.join(import.meta.dirname, '..', '..', 'src');

/** The same module, whose process runs our compiled entry: Node takes three times as long to start the TypeScript beside the tested source. */
export function compiled(module: Module): Module {
  return {
    name: module.name,
    async prepare(request) {
      const dist = await builtPath();
      const launch = await module.prepare(request);
      const args = launch.args.map((argument) =>
        argument.includes(src) ? argument.replace(src, dist).replace(/\.ts$/, '.js') : argument,
      );
      return { ...launch, args };
    },
  };
}
