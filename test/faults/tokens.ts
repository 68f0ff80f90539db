import { nodeModule, type Module } from '../../src/index.ts';

/** The module of a file, telling the test the token of each of its processes. */
export function tokensTold(file: string, tokens: string[]): Module {
  const module = nodeModule(file);
  return {
    ...module,
    async prepare(request) {
      const launch = await module.prepare(request);
      return {
        ...launch,
        environment(identity) {
          tokens.push(identity.token);
          return launch.environment(identity);
        },
      };
    },
  };
}
