import { createSocket, type Socket } from 'node:dgram';
import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { kill } from 'node:process';
import { afterAll, beforeAll, describe, expect, it, onTestFinished, vi } from 'vitest';
import {
  companion,
  CompanionHost,
  type CompanionHostOptions,
  companionModule,
  type Placed,
  recordActions,
} from '../../src/companion/index.ts';
import { createManager, type ManagerEvents } from '../../src/index.ts';
import { compiled } from './compiled.ts';
import { has } from './features.ts';
import { node22, without22 } from './node-22.ts';
import { createModuleFolder, type ModuleFolder, runtimeFor, sdk2, testedSdks } from './sdk.ts';

const patience = { timeout: 10_000 };
const polling = { timeout: 10_000, interval: 5 };

describe.for(testedSdks.map((sdk) => [sdk.version, sdk] as const))(
  `A host of an unmodified module on @companion-module/base %s${without22}`,
  ([, sdk]) => {
    const isSecond = sdk === sdk2;
    const shared = { skip: !has('shared UDP', sdk) };
    let module: ModuleFolder;
    beforeAll(async () => {
      module = await createModuleFolder(sdk, 'every-message', runtimeFor(sdk));
    });
    afterAll(() => module.remove());

    const start = async (options: CompanionHostOptions = {}, config: object = {}) => {
      const problems: unknown[] = [];
      const host = new CompanionHost({
        sharedAddresses: { udp4: '127.0.0.1' },
        onProblem: (_connection, error) => problems.push(error),
        ...options,
      });
      const manager = createManager({ handlers: host.handlers, policy: { heartbeat: { interval: 200 } } });
      host.attach(manager);
      const messages: ManagerEvents['message'][] = [];
      manager.on('message', (message) => messages.push(message));
      const saved: ManagerEvents['configSaved'][] = [];
      manager.on('configSaved', (event) => saved.push(event));
      const add = (id: string) =>
        manager.add({
          id,
          label: id,
          module: compiled(
            companionModule({ folder: module.folder, runtimes: isSecond ? { node22: node22! } : {} }),
          ),
          config: { host: 'a', ...config },
        });
      const lamp = add('lamp');
      await lamp.waitFor('ready', patience);
      await vi.waitFor(() => expect(host.view('lamp').status?.status).toBe('ok'), polling);
      const value = (id: string, connection = 'lamp') => host.view(connection).values.get(id);
      return {
        host,
        manager,
        lamp,
        add,
        saved,
        messages,
        problems,
        value,
        client: companion(lamp),
        execute: (actionId: string, given = {}) => host.controls('lamp').execute(action(actionId, given)),
        async killed() {
          const { incarnation, pid } = lamp.status;
          kill(pid as number, 'SIGKILL');
          await lamp.waitFor((now) => now.state === 'ready' && now.incarnation > incarnation, patience);
        },
        async [Symbol.asyncDispose]() {
          await manager.stop();
          host[Symbol.dispose]();
        },
      };
    };

    it('shows what it defines in one shape, whatever its version', async () => {
      await using started = await start();
      const { initialised, actions, feedbacks, presets, variables } = started.host.view('lamp');
      const apiVersion = sdk.version.split('.', 2).join('.');
      expect(initialised).toMatchObject({
        apiVersion,
        hasHttpHandler: true,
        hasRecordActionsHandler: true,
        disableNewConfigLayout: has('layouts', sdk),
      });
      expect(actions.get('say')).toMatchObject({
        name: 'Say',
        description: 'Says a text',
        hasLearn: true,
        isSubscribed: true,
        subscribesOn: ['text'],
        fields: [{ id: 'text', isRequired: true, takesVariables: true }],
      });
      expect(feedbacks.get('lit')).toMatchObject({ type: 'boolean', defaultStyle: { bgcolor: '#ff0000' } });
      expect(variables.get('said')).toEqual({ id: 'said', name: 'The said' });
      expect([...presets.all.values()]).toMatchObject([
        {
          id: 'on',
          style: { text: 'On', color: '#ffffff', bgcolor: '#00ff00' },
          steps: [{ down: [{ actionId: 'say', options: { text: 'on' }, delay: 0 }], up: [], held: [] }],
          feedbacks: [{ feedbackId: 'lit', style: { color: '#000000' }, isInverted: false }],
        },
      ]);
      expect(presets.sections).toMatchObject([
        { name: 'Lights', groups: [{ name: 'All lights', description: 'They shine.', presets: ['on'] }] },
      ]);
      expect(await started.client.getConfigFields()).toMatchObject([
        { id: 'info', type: 'static-text', value: 'A test', width: 12 },
        { id: 'host', isRequired: true, regex: '/./', default: '127.0.0.1' },
        { id: 'port', min: 1, max: 65_535, visibility: { kind: isSecond ? 'expression' : 'function' } },
      ]);
    });

    it('tells a storm of values a few times, the last one for certain', async () => {
      await using started = await start();
      const told: unknown[] = [];
      started.host.view('lamp').on('values', (changed) => told.push(changed.get('level')));
      await started.execute('storm');
      await vi.waitFor(() => expect(told.at(-1)).toBe(1000), polling);
      expect(told.length).toBeLessThan(100);
    });

    it('fills variables of other modules into what is executed', async () => {
      await using started = await start({
        valueOf: (label, id) => (label === 'custom' ? `my ${id}` : undefined),
      });
      await started.execute('say', { text: '$(lamp:level) $(custom:name) $(lamp:nothing)' });
      await vi.waitFor(() => expect(started.value('said')).toBe('0 my name $NA'), polling);
    });

    it('keeps feedbacks right when a variable in them changes, and when it is killed', async () => {
      let name = 'one';
      // In bases before 1.1 feedbacks can't have variables filled in.
      const unfilled = has('variables in feedbacks', sdk) ? undefined : '$(custom:name)';
      await using started = await start({ valueOf: () => name });
      const shown = () => started.host.view('lamp').feedbackValues;
      started.host.controls('lamp').place({
        feedbacks: {
          t: feedback('t', 'text', { text: '$(custom:name)' }),
          l: feedback('l', 'lit', { level: 6 }),
        },
      });
      await vi.waitFor(() => expect(shown().get('t')).toEqual({ text: unfilled ?? 'one' }), polling);
      expect(shown().get('l')).toBe(true);
      if (unfilled === undefined) {
        name = 'two';
        started.host.variablesChanged(['custom:name']);
        await vi.waitFor(() => expect(shown().get('t')).toEqual({ text: 'two' }), polling);
      }
      const before = shown().get('t');
      const gone: unknown[] = [];
      started.host.view('lamp').on('feedbackValues', (changed) => gone.push(changed.get('t')));
      await started.killed();
      await vi.waitFor(() => expect(shown().get('t')).toEqual(before), polling);
      expect(gone).toContain(undefined);
      expect(started.problems).toEqual([]);
    });

    // Base 0.5 looks for the definition of what was there before, and so calls no hook of what is new.
    const hooks = { skip: !has('subscribe on update', sdk) };
    it('subscribes the actions on controls, in its next process too', hooks, async () => {
      await using started = await start();
      started.host.controls('lamp').place({ actions: { a: { ...action('say', { text: 'x' }), id: 'a' } } });
      await vi.waitFor(() => expect(started.value('hooks')).toBe('subscribe a x'), polling);
      started.host.controls('lamp').place({ actions: { a: null } });
      await vi.waitFor(() => expect(started.value('hooks')).toContain('unsubscribe a x'), polling);
      started.host.controls('lamp').place({ actions: { b: { ...action('say', { text: 'y' }), id: 'b' } } });
      await vi.waitFor(() => expect(started.value('hooks')).toContain('subscribe b y'), polling);
      await started.killed();
      await vi.waitFor(() => expect(started.value('hooks')).toBe('subscribe b y'), polling);
    });

    // Bases before 1.1 run the scripts on what is placed, and tell nobody what came of it.
    it(
      'has old actions and feedbacks upgraded by whichever way its version has',
      { skip: !has('upgraded items', sdk) },
      async () => {
        const upgraded: Placed[] = [];
        await using started = await start({ onUpgraded: (_connection, items) => upgraded.push(items) });
        const controls = started.host.controls('lamp');
        controls.place({
          actions: { a: { ...action('say', { text: 'old' }), id: 'a', upgradeIndex: -1 } },
          feedbacks: { l: { ...feedback('l', 'lit', { level: '6' }), isInverted: true, upgradeIndex: -1 } },
        });
        await vi.waitFor(() => {
          expect(controls.actions.get('a')).toMatchObject({ options: { text: 'old!' }, upgradeIndex: 0 });
          const feedbackNow = { options: { level: 6 }, isInverted: true, upgradeIndex: 0 };
          expect(controls.feedbacks.get('l')).toMatchObject(feedbackNow);
        }, polling);
        const times = upgraded.length;
        expect(times).toBeLessThanOrEqual(2);
        await vi.waitFor(() => expect(started.host.view('lamp').feedbackValues.get('l')).toBe(true), polling);
        await started.killed();
        await vi.waitFor(() => expect(started.host.view('lamp').feedbackValues.get('l')).toBe(true), polling);
        expect(upgraded).toHaveLength(times);
      },
    );

    it('has no variables but those it defines, each with a value from then on', async () => {
      await using started = await start();
      const view = started.host.view('lamp');
      expect([view.values.get('said'), view.values.get('level')]).toEqual(['', 0]);
      await started.execute('redefine');
      await vi.waitFor(() => expect([...view.variables.keys()]).toEqual(['said', 'fresh']), polling);
      await vi.waitFor(
        () =>
          expect([...view.values]).toEqual([
            ['said', ''],
            ['fresh', ''],
          ]),
        polling,
      );
    });

    it('draws pictures of the size it is told', async () => {
      await using started = await start();
      const image = { width: 3, height: 4 };
      started.host.controls('lamp').place({ feedbacks: { p: { ...feedback('p', 'picture', {}), image } } });
      await vi.waitFor(
        () =>
          expect(started.host.view('lamp').feedbackValues.get('p')).toEqual({
            imageBuffer: new Uint8Array([3, 4]),
          }),
        polling,
      );
    });

    it('knows the surface that an action was pressed on', async () => {
      await using started = await start();
      await started.client.executeAction(action('surface'), 'deck');
      await vi.waitFor(() => expect(started.value('said')).toBe('deck'), polling);
    });

    it('says that it lacks permissions', { skip: !has('missing permissions', sdk) }, async () => {
      await using started = await start();
      await started.execute('forbidden');
      await vi.waitFor(
        () => expect(started.host.view('lamp').status?.status).toBe('insufficient_permissions'),
        polling,
      );
    });

    it('saves its config, and sets custom variables, and logs', async () => {
      await using started = await start();
      const lines: unknown[] = [];
      started.host.view('lamp').on('log', (line) => lines.push(line));
      await started.execute('save');
      await started.execute('custom');
      await started.execute('log');
      await vi.waitFor(() => expect(started.lamp.config).toMatchObject({ host: 'chosen' }), polling);
      expect(started.saved.at(-1)?.secrets).toEqual(has('secrets', sdk) ? { pin: 'chosen' } : {});
      await vi.waitFor(
        () =>
          expect(
            started.messages.findLast(({ name }) => name === 'setCustomVariable')?.payload,
          ).toMatchObject({
            customVariableId: 'mine',
            value: 5,
            ...(has('controls of variables', sdk) && { controlId: 'c1' }),
          }),
        polling,
      );
      await vi.waitFor(
        () => expect(lines).toContainEqual(expect.objectContaining({ level: 'warn', message: 'a warning' })),
        polling,
      );
    });

    it('learns, and records what is done at the device, in its next process too', async () => {
      await using started = await start();
      expect(await started.client.learnAction(action('say'))).toEqual({ text: 'learnt' });
      expect(await started.client.learnFeedback(feedback('l', 'lit', {}))).toEqual({ level: 7 });
      const recording = await recordActions(started.manager, 'lamp');
      const delays = [has('recorded delays', sdk) ? 7 : 0, 0];
      await vi.waitFor(() => expect(recording.actions).toHaveLength(2), polling);
      expect(recording.actions.map(({ options }) => options)).toEqual([
        { text: 'second' },
        { text: 'third' },
      ]);
      expect(recording.actions.map(({ delay }) => delay)).toEqual(delays);
      await started.killed();
      await vi.waitFor(() => expect(recording.actions.length).toBeGreaterThan(2), polling);
      await recording.stop();
    });

    it('answers HTTP requests, and one that it never answers alone is given up', async () => {
      await using started = await start({ http: { timeout: 300, bodyBytes: 1000 } });
      const server = createServer((request, response) => {
        void started.host.http(request, response).then((taken) => !taken && response.writeHead(404).end());
      });
      server.listen(0, '127.0.0.1');
      await once(server, 'listening');
      onTestFinished(() => void server.close());
      const { port } = server.address() as AddressInfo;
      const get = (path: string, init?: RequestInit) => fetch(`http://127.0.0.1:${port}${path}`, init);
      const never = get('/instance/lamp/never');
      const answer = await get('/instance/lamp/page?x=1', { method: 'POST', body: 'hello' });
      expect([answer.status, answer.headers.get('x-made-by'), await answer.text()]).toEqual([
        201,
        'lamp',
        'POST /page hello',
      ]);
      expect((await never).status).toBe(504);
      const failed = await get('/instance/lamp/throws');
      expect([failed.status, await failed.text()]).toEqual([502, expect.stringContaining('no such page')]);
      const long = await get('/instance/lamp/page', { method: 'POST', body: 'x'.repeat(100_000) });
      expect([long.status, await long.text()]).toEqual([413, expect.stringContaining('longer than 1000')]);
      expect((await get('/instance/nobody/page')).status).toBe(404);
      started.lamp.disable();
      expect((await get('/instance/lamp/page')).status).toBe(503);
    });

    it('sends OSC to a real port', async () => {
      await using started = await start();
      await using device = await bound();
      await started.execute('osc', { port: device.port });
      const packet = await device.next();
      expect(packet.toString('latin1')).toBe('/lamp\0\0\0,is\0\0\0\0\x01on\0\0');
    });

    it('hears that its shared socket is broken', shared, async () => {
      await using started = await start({}, { udp: await freePort() });
      const [{ port: portNumber, members: [member] } = { port: 0, members: [] }] = started.host.sharedSockets;
      const error = { message: 'the cable is out' };
      started.client.sharedUdpSocketError({ handleId: member!.handle, portNumber, error });
      await vi.waitFor(() => expect(started.value('error')).toBe('the cable is out'), polling);
    });

    it(
      'shares a UDP port with others, loses it by its death and has it again afterwards',
      shared,
      async () => {
        await using device = await bound();
        const port = await freePort();
        await using started = await start({}, { udp: port });
        const desk = started.add('desk');
        await desk.waitFor('ready', patience);
        await vi.waitFor(() => expect(members(started.host)).toEqual(['lamp', 'desk']), polling);
        await device.send('hello', port);
        await vi.waitFor(() => {
          expect(started.value('packet')).toBe('hello from 127.0.0.1');
          expect(started.value('packet', 'desk')).toBe('hello from 127.0.0.1');
        }, polling);
        await started.execute('send', { port: device.port });
        expect((await device.next()).toString()).toBe('ping');
        await started.killed();
        await vi.waitFor(() => expect(members(started.host)).toEqual(['desk', 'lamp']), polling);
        await device.send('again', port);
        await vi.waitFor(() => expect(started.value('packet')).toBe('again from 127.0.0.1'), polling);
        await started.execute('leave');
        await desk.remove();
        await vi.waitFor(() => expect(started.host.sharedSockets).toEqual([]), polling);
        // Nobody holds it any more.
        await using again = await bound(port);
        expect(again.port).toBe(port);
      },
    );
  },
);

function members(host: CompanionHost): string[] {
  return host.sharedSockets.flatMap((socket) => socket.members.map(({ connection }) => connection));
}

async function bound(port = 0) {
  const socket: Socket = createSocket('udp4');
  const packets: Buffer[] = [];
  socket.on('message', (message) => packets.push(message));
  socket.bind(port, '127.0.0.1');
  await once(socket, 'listening');
  return {
    port: socket.address().port,
    send: (text: string, to: number) =>
      new Promise<void>((resolve, reject) =>
        socket.send(text, to, '127.0.0.1', (error) => (error ? reject(error) : resolve())),
      ),
    next: async () => vi.waitUntil(() => packets.shift(), polling),
    [Symbol.asyncDispose]: () => new Promise<void>((resolve) => socket.close(() => resolve())),
  };
}

async function freePort(): Promise<number> {
  await using socket = await bound();
  return socket.port;
}

function action(actionId: string, options = {}) {
  return { id: 'a1', controlId: 'c1', actionId, options, upgradeIndex: null, disabled: false };
}

function feedback(id: string, feedbackId: string, options: object) {
  return {
    id,
    controlId: 'c1',
    feedbackId,
    options: options as Record<string, unknown>,
    isInverted: false,
    upgradeIndex: null,
    disabled: false,
  };
}
