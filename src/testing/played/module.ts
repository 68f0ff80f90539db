import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { systemClock } from '../../clock.ts';
import { identityEnvironment } from '../../native/identity.ts';
import { nativeProtocol } from '../../native/protocol.ts';
import type { Module } from '../../process/protocol.ts';
import { lifeOf, type Life, type Lives } from '../life.ts';
import { findAsItsLifeSays } from '../preparation.ts';
import { scriptOf, type Script } from './script.ts';

export interface PlayedModuleOptions {
  /** A file to which each process adds what it did and heard, as JSON lines of the type `DiaryLine`. Default none. */
  readonly diary?: string;
}

/**
 * A module whose processes are real and live the lives of fake ones: for the manager of `createManager`, when the operating system matters. It answers every call with
 * its payload, except one named `never`. What a process can't live makes the connection misconfigured and says so: `calls`, a slow `spawn`, being deaf to SIGKILL, and the acts
 * `reports` and `savesConfig`. A `spawn` that fails does so because there is no such program, or, unless its errno is ENOENT, because its arguments are too long.
 *
 * @example
 * const lamp = manager.add({ id: 'lamp', module: playedModule([life([exits(1)]), life([registers(), initialises()])]) });
 */
export function playedModule(lives: Lives, options: PlayedModuleOptions = {}): Module {
  return remoteModule(lives, options);
}

/** As `playedModule`; its processes also do what they are told over a socket, and say to which it belongs. @internal */
export function remoteModule(lives: Lives, shared: Pick<Script, 'diary' | 'remote'>): Module {
  const begun = new Map<string, number>();
  return {
    name: 'a played module',
    async prepare({ connectionId, signal }) {
      const life = lifeOf(lives, (begun.get(connectionId) ?? 0) + 1);
      const script: Script = { ...scriptOf(life), ...shared };
      await findAsItsLifeSays(life, systemClock, signal);
      return {
        ...commandOf(life),
        cwd: process.cwd(),
        env: {},
        channel: 'node',
        protocol: nativeProtocol(),
        tokenDelivery: 'descriptor',
        environment: (identity) => {
          begun.set(identity.connectionId, identity.incarnation);
          return { ...identityEnvironment('node')(identity), GREENROOM_SCRIPT: JSON.stringify(script) };
        },
      };
    },
  };
}

// Found by the name of the package, because a process can only run what is compiled, wherever this file is.
const program = (): string =>
  join(dirname(createRequire(import.meta.url).resolve('greenroom/testing')), 'played/program.js');

function commandOf({ spawn }: Life): { file: string; args: string[] } {
  const fails = typeof spawn === 'object' ? spawn.fails : undefined;
  if (fails === undefined) return { file: process.execPath, args: [program()] };
  if (fails.errno === 'ENOENT') return { file: join(dirname(program()), 'no-such-program'), args: [] };
  // Longer than what Linux and macOS take: the spawn fails with E2BIG.
  return { file: process.execPath, args: [program(), 'x'.repeat(4 * 1024 * 1024)] };
}
