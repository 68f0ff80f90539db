import { createSocket } from 'node:dgram';
import { once } from 'node:events';
import { kill } from 'node:process';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { CompanionHost, companionModule } from '../../src/companion/index.ts';
import { type ConnectionState, type ConnectionStatus, createManager } from '../../src/index.ts';
import { compiled } from './compiled.ts';
import { has } from './features.ts';
import { node22, without22 } from './node-22.ts';
import { createModuleFolder, type ModuleFolder, runtimeFor, sdk2, testedSdks } from './sdk.ts';

const patience = { timeout: 20_000 };
const polling = { timeout: 10_000, interval: 5 };
const phases: readonly ConnectionState[] = ['registering', 'initialising', 'ready', 'stopping'];

describe.for(testedSdks.map((sdk) => [sdk.version, sdk] as const))(
  `A host of a module on @companion-module/base %s that is killed${without22}`,
  ([, sdk]) => {
    let module: ModuleFolder;
    beforeAll(async () => {
      module = await createModuleFolder(sdk, 'every-message', runtimeFor(sdk));
    });
    afterAll(() => module.remove());

    it('in each phase has right values, definitions, feedbacks and shared ports afterwards, and wrong ones never', async () => {
      const port = await freePort();
      const host = new CompanionHost({ sharedAddresses: { udp4: '127.0.0.1' } });
      await using manager = createManager({
        handlers: host.handlers,
        policy: { backoff: { initial: 10, most: 10, jitter: 0 }, intensity: { crashes: 100 } },
      });
      using _host = host;
      host.attach(manager);
      const lamp = manager.add({
        id: 'lamp',
        module: compiled(
          companionModule({ folder: module.folder, ...(sdk === sdk2 && { runtimes: { node22: node22! } }) }),
        ),
        config: { host: 'a', udp: port },
      });
      const view = host.view('lamp');
      host.controls('lamp').place({ feedbacks: { l: feedback } });
      const lies: string[] = [];
      lamp.subscribe(({ pid, state }) => {
        if (pid === null && (view.status !== null || view.values.size > 0)) lies.push(state);
      });
      const isRight = () =>
        vi.waitFor(() => {
          expect(view.status).toMatchObject({ status: 'ok', message: 'here' });
          expect(view.values.get('level')).toBe(0);
          expect(view.feedbackValues.get('l')).toBe(true);
          expect([view.actions.size, view.feedbacks.size, view.presets.all.size]).toEqual([
            sdk === sdk2 ? 12 : 11,
            3,
            1,
          ]);
          const members = has('shared UDP', sdk) ? ['lamp'] : [];
          expect(
            host.sharedSockets.flatMap((socket) => socket.members.map(({ connection }) => connection)),
          ).toEqual(members);
        }, polling);
      await lamp.waitFor('ready', patience);
      await isRight();
      for (const phase of phases) {
        const before = lamp.status.incarnation;
        const died = killedIn(phase);
        // Told to stop, it is gone within a millisecond.
        if (phase === 'stopping') kill(lamp.status.pid!, 'SIGSTOP');
        if (phase !== 'ready') lamp.restart();
        const incarnation = await died;
        await lamp.waitFor((now) => now.state === 'ready' && now.incarnation > incarnation, patience);
        expect(lamp.history.find((exit) => exit.incarnation === incarnation)).toMatchObject({
          signal: 'SIGKILL',
        });
        expect(lamp.status.incarnation).toBeGreaterThan(before);
        await isRight();
      }
      expect(lies).toEqual([]);

      /** Resolves with the incarnation that was killed as soon as one was seen in this phase. */
      function killedIn(phase: ConnectionState): Promise<number> {
        return new Promise((resolve) => {
          const see = ({ state, pid, incarnation }: ConnectionStatus): void => {
            if (state !== phase || pid === null) return;
            stop();
            kill(pid, 'SIGKILL');
            resolve(incarnation);
          };
          const stop = lamp.subscribe(see);
          see(lamp.status);
        });
      }
    });
  },
);

const feedback = {
  id: 'l',
  controlId: 'c1',
  feedbackId: 'lit',
  options: { level: 6 },
  isInverted: false,
  upgradeIndex: null,
  disabled: false,
};

async function freePort(): Promise<number> {
  const socket = createSocket('udp4').bind(0, '127.0.0.1');
  await once(socket, 'listening');
  const { port } = socket.address();
  await new Promise<void>((resolve) => {
    socket.close(() => resolve());
  });
  return port;
}
