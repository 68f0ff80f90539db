import type { Clock } from '../clock.ts';
import { identityEnvironment } from '../native/identity.ts';
import { nativeProtocol } from '../native/protocol.ts';
import type { Launch, Module } from '../process/protocol.ts';
import type { Life } from './life.ts';
import { findAsItsLifeSays } from './preparation.ts';

/** Stands for every module of a test manager; whether and when it is found, the life of its next process says. */
export function fakeModule(nextLife: (connection: string) => Life, clock: Clock): Module {
  return {
    name: 'a fake module',
    async prepare({ connectionId, signal }) {
      await findAsItsLifeSays(nextLife(connectionId), clock, signal);
      return launch;
    },
  };
}

const launch: Launch = {
  file: 'a fake process',
  args: [],
  cwd: '.',
  env: {},
  channel: 'node',
  protocol: nativeProtocol(),
  environment: identityEnvironment('node'),
};
