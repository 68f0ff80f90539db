import type { Clock } from '../clock.ts';
import { GreenroomError } from '../errors.ts';
import { identityEnvironment } from '../native/identity.ts';
import { nativeProtocol } from '../native/protocol.ts';
import type { Launch, Module } from '../process/protocol.ts';
import type { Life } from './life.ts';

/** Stands for every module of a test manager; whether and when it is found, the life of its next process says. */
export function fakeModule(nextLife: (connection: string) => Life, clock: Clock): Module {
  return {
    name: 'a fake module',
    async prepare({ connectionId, signal }) {
      const { preparation = {} } = nextLife(connectionId);
      if (preparation === 'never') return new Promise(() => {});
      const { after, fails } = preparation;
      if (after !== undefined) await pause(clock, after, signal);
      if (fails !== undefined) throw new GreenroomError('MODULE_INVALID', fails);
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

function pause(clock: Clock, milliseconds: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const timer = clock.setTimeout(resolve, milliseconds);
    signal.addEventListener('abort', () => clock.clearTimeout(timer), { once: true });
  });
}
