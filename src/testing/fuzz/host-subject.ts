import { isDeepStrictEqual } from 'node:util';
import { connectionMachine } from '../../machines/connection.ts';
import type { Connection } from '../../manager/connection.ts';
import type { Handlers } from '../../manager/connection-options.ts';
import { Manager } from '../../manager/manager.ts';
import type { Launch, Module, Protocol } from '../../process/protocol.ts';
import { nativeProtocol } from '../../native/protocol.ts';
import { VirtualClock } from '../virtual-clock.ts';
import { createLedger, type Ledger } from './ledger.ts';
import { misbehave, type Scene } from './misbehave.ts';
import { PuppetProcesses } from './processes.ts';
import { nativeSpeech, type Speech } from './speech.ts';
import { turn, type Subject } from './subject.ts';
import type { WireKind } from './wires.ts';

export interface HostOptions {
  readonly kind: WireKind;
  readonly protocol: () => Protocol;
  readonly speech: Speech;
}

/** The longest frame in a fuzzer's world. */
export const frameBytes = 64 * 1024;

/** A whole manager without processes: statechart, channels and protocols are real. A polite module of its own shows after each script that it still answers. */
export function hostSubject({ kind, protocol, speech }: HostOptions): Subject {
  const processes = new PuppetProcesses((id) => (id === 'neighbour' ? 'lines' : kind));
  const manager = createFuzzedManager(processes);
  const problems: unknown[] = [];
  manager.on('problem', ({ error }) => problems.push(error));
  const neighbour = manager.add({ id: 'neighbour', module: moduleOf(nativeProtocol()) });
  let count = 0;
  return {
    async play(script) {
      if (count === 0) await settleIn(neighbour, processes);
      const id = `fuzzed-${(count += 1)}`;
      const ledger: Ledger = createLedger(protocol(), speech, () => accountOf(manager.get(id)));
      const connection = manager.add({ id, module: moduleOf(ledger.protocol) });
      await turn();
      const puppet = processes.of(id);
      if (puppet === undefined) throw new Error(`there is no process: ${connection.status.reason}`);
      const scene: Scene = { connection, ledger, puppet, speech, calls: new Set(), frameBytes };
      const sent = await misbehave(scene, script);
      await checkNeighbour(neighbour, problems);
      return sent;
    },
    end: () => manager.stop({ force: true }),
  };
}

function createFuzzedManager(processes: PuppetProcesses): Manager {
  return new Manager(
    {
      clock: new VirtualClock(),
      // All that was sent is to be read in the same turn.
      limits: { frameBytes, turnMicroseconds: Infinity },
      policy: { heartbeat: { interval: 0 } },
      handlers,
    },
    {
      toModule: (module) => module as Module,
      timeFrom: (clock) => clock,
      createProcesses: () => processes,
      machine: connectionMachine,
    },
  );
}

const handlers: Handlers = {
  echo: (payload) => payload,
  fails: () => {
    throw new Error('it fails');
  },
  never: () => new Promise(() => {}),
};

function moduleOf(protocol: Protocol): Module {
  const launch: Launch = {
    file: '',
    args: [],
    cwd: '.',
    env: {},
    channel: 'node',
    protocol,
    environment: () => ({}),
  };
  return { name: 'a puppet', prepare: () => Promise.resolve(launch) };
}

function accountOf({ actor, status }: Connection) {
  const { discarded, ...rest } = status;
  const { held, verdict } = actor.getSnapshot().context;
  const total = Object.values(discarded).reduce((sum, each) => sum + each, 0);
  return { discarded: total, held, state: JSON.stringify([rest, held, verdict]) };
}

async function settleIn(neighbour: Connection, processes: PuppetProcesses): Promise<void> {
  await turn();
  const puppet = processes.of('neighbour');
  if (puppet === undefined) throw new Error(`the neighbour has no process: ${neighbour.status.reason}`);
  const say = (message: unknown) => puppet.wire.feed(Buffer.from(`${JSON.stringify(message)}\n`));
  puppet.onHeard = (message) => {
    const id = nativeSpeech.asks(message);
    if (id !== undefined) say(nativeSpeech.answer(id));
  };
  say(nativeSpeech.register({ token: puppet.token, connection: 'neighbour' }));
  await neighbour.waitFor('ready');
}

async function checkNeighbour(neighbour: Connection, problems: unknown[]): Promise<void> {
  const answer = await Promise.race([neighbour.call('echo', null), turns(50)]);
  if (!isDeepStrictEqual(answer, nativeSpeech.answered))
    throw new Error(`the other connection answered ${String(answer)}`);
  if (problems.length > 0) throw new Error(`the manager has a problem: ${String(problems.pop())}`);
}

/** The clock stands still, so what doesn't answer now never does. */
async function turns(count: number): Promise<string> {
  for (let index = 0; index < count; index += 1) await turn();
  return 'nothing';
}
