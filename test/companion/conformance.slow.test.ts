import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { companion } from '../../src/companion/index.ts';
import type { Json } from '../../src/ipc/channel.ts';
import { has } from './features.ts';
import { Harness, type HarnessOptions } from './harness.ts';
import { node22, without22 } from './node-22.ts';
import { createModuleFolder, type ModuleFolder, runtimeFor, sdk2, testedSdks } from './sdk.ts';

const patience = { timeout: 10_000, interval: 5 };

describe.for(testedSdks.map((sdk) => [sdk.version, sdk] as const))(
  `An unmodified module on @companion-module/base %s${without22}`,
  ([, sdk]) => {
    const isSecond = sdk === sdk2;
    // What belongs to the wire of the first generation.
    const first = { skip: isSecond };
    const runtimes = isSecond && node22 !== undefined ? { runtimes: { node22 } } : {};
    const hasSecrets = has('secrets', sdk);
    const hasLabels = has('labels', sdk);
    let module: ModuleFolder;
    beforeAll(async () => {
      module = await createModuleFolder(sdk, 'every-version', runtimeFor(sdk));
    });
    afterAll(() => module.remove());

    const start = (options: StartOptions = {}) =>
      Harness.start({
        ...options,
        module: { folder: module.folder, ...runtimes, ...options.module },
      });
    const startReady = async (options: StartOptions = {}) => {
      const harness = await start(options);
      await vi.waitFor(() => expect(harness.has('module.initialised')).toBe(true), patience);
      return harness;
    };
    const client = ({ session }: Harness) =>
      companion({
        call: (name, payload, options) => session.call(name, payload, options ?? {}),
        notify: () => undefined,
      });

    it('registers with its token and the version of its base', async () => {
      await using harness = await startReady();
      expect(harness.news[0]).toMatchObject({
        type: 'module.registered',
        tokenValid: true,
        versionSupported: true,
      });
      expect((harness.news[0] as { detail: string }).detail).toContain(sdk.version);
      expect(harness.news.map(({ type }) => type)).toEqual(['module.registered', 'module.initialised']);
    });

    it('logs before it registers, and that is held and then told', first, async () => {
      let told = -1;
      await using harness = await startReady({
        onRegistered(registered) {
          told = registered.told.length;
          registered.session.acceptRegistration();
          registered.session.initialise(registered.settings);
        },
      });
      expect(harness.received[0]).toMatchObject({ kind: 'notification', name: 'log-message', early: true });
      expect(told).toBe(0);
      expect(harness.told[0]).toEqual({
        name: 'log-message',
        payload: { level: 'debug', message: 'Initializing' },
      });
    });

    it('gets the answer to its registration as the first message of all', first, async () => {
      await using harness = await startReady();
      expect(harness.sent[0]).toMatchObject({ direction: 'response', success: true, payload: '{}' });
      expect(harness.sent[1]).toMatchObject({ direction: 'call', name: 'init' });
    });

    it('is initialised with config, and with secrets and label where it knows them', async () => {
      const settings = {
        config: { host: '127.0.0.1', port: 9 },
        secrets: { password: 'hush' },
        label: 'Front lamp',
      };
      await using harness = await startReady({ settings });
      await vi.waitFor(() => expect(harness.variable('seen')).toBeTypeOf('string'), patience);
      expect(JSON.parse(harness.variable('seen') as string)).toEqual({
        config: settings.config,
        ...(hasSecrets && { secrets: settings.secrets }),
        ...(hasLabels && { label: 'Front lamp' }),
      });
      expect(harness.last('companion.initialised')).toMatchObject({
        hasHttpHandler: isSecond,
        hasRecordActionsHandler: isSecond,
        newUpgradeIndex: 0,
      });
    });

    it('takes the defaults of its fields when it is initialised for the first time without a config', async () => {
      await using harness = await startReady({ settings: { config: {}, isFirstInit: true } });
      expect(harness.last('saveConfig')).toMatchObject({ config: { host: '127.0.0.1' } });
    });

    it('keeps a config it was given when it is initialised for the first time', async () => {
      await using harness = await startReady({ settings: { config: { host: 'b' }, isFirstInit: true } });
      await vi.waitFor(() => expect(harness.variable('seen')).toContain('"host":"b"'), patience);
      expect(harness.last('saveConfig')).toBeUndefined();
    });

    it('tells its status, its definitions and its variables', async () => {
      await using harness = await startReady();
      await vi.waitFor(
        () => expect(harness.last('set-status')).toEqual({ status: 'ok', message: 'lamp found' }),
        patience,
      );
      const actions = (harness.last('setActionDefinitions') as { actions: { id: string }[] }).actions;
      expect(actions.map(({ id }) => id)).toEqual(
        expect.arrayContaining(['echo', 'throw', 'hang', 'read', 'learn']),
      );
      expect(harness.last('setFeedbackDefinitions')).toMatchObject({
        feedbacks: expect.arrayContaining([
          expect.objectContaining({ id: 'lit', type: 'boolean', name: 'Lit' }),
        ]),
      });
      expect(harness.last('setVariableDefinitions')).toMatchObject({
        variables: expect.arrayContaining([
          { id: 'seen', name: 'What the last init or config update brought' },
        ]),
      });
    });

    it('upgrades an old config, and leaves a new one alone', async () => {
      const settings = { config: { upgrades: 0 } };
      await using old = await startReady({ settings });
      expect(old.last('companion.initialised')).toMatchObject({
        newUpgradeIndex: 0,
        updatedConfig: { upgrades: 1 },
      });
      await using recent = await startReady({
        settings,
        module: { folder: module.folder, lastUpgradeIndex: 0 },
      });
      expect(recent.last('companion.initialised')).toMatchObject({
        newUpgradeIndex: 0,
        updatedConfig: { upgrades: 0 },
      });
    });

    it('says why it could not be initialised', async () => {
      await using harness = await start({ settings: { config: { refuse: true, host: 'c' } } });
      await vi.waitFor(() => expect(harness.has('module.initFailed')).toBe(true), patience);
      expect(harness.news.at(-1)).toEqual({
        type: 'module.initFailed',
        message: 'no device at c',
        misconfigured: false,
      });
    });

    it('executes an action whose variables nobody parses', async () => {
      await using harness = await startReady();
      await client(harness).executeAction(action('echo', { text: 'on $(a:b)' }), 'surface');
      await vi.waitFor(() => expect(harness.variable('echo')).toBe('on $(a:b)'), patience);
    });

    it('executes an action whose variables the app parses', first, async () => {
      const app: HarnessOptions['app'] = async (name, payload) => {
        if (name === 'upgradedItems') return {};
        return { text: (payload as { text: string }).text.replace('$(a:b)', '50 %'), variableIds: ['a:b'] };
      };
      await using harness = await startReady({ app });
      await client(harness).executeAction(action('echo', { text: 'on $(a:b)' }));
      await vi.waitFor(() => expect(harness.variable('echo')).toBe('on 50 %'), patience);
      expect(harness.asked).toContainEqual({
        name: 'parseVariablesInString',
        payload: expect.objectContaining({ text: 'on $(a:b)' }),
      });
    });

    it('connects to nothing and looks up no name', async () => {
      await using harness = await startReady();
      await client(harness).executeAction(action('echo', { text: 'x' }));
      await vi.waitFor(() => expect(harness.variable('connects')).toBe(0), patience);
    });

    it('rejects an action that throws with what it threw', async () => {
      await using harness = await startReady();
      await expect(client(harness).executeAction(action('throw'))).rejects.toMatchObject({
        code: 'CALL_FAILED',
        message: expect.stringContaining('the lamp is broken'),
        data: { remoteMessage: 'the lamp is broken' },
      });
    });

    it('reads what lies around it only if its base is older than permissions, or the app switches them off', async () => {
      const read = action('read', { path: import.meta.filename });
      await using free = await startReady({ module: { folder: module.folder, permissions: 'off' } });
      await client(free).executeAction(read);
      await using held = await startReady();
      const reading = client(held).executeAction(read);
      if (!has('permissions', sdk)) await reading;
      else await expect(reading).rejects.toThrow(/access to this API has been restricted/i);
    });

    it('rejects a call it doesn’t know', first, async () => {
      await using harness = await startReady();
      await expect(harness.session.call('dance', {}, {})).rejects.toMatchObject({
        code: 'CALL_FAILED',
        data: { remoteMessage: 'Unknown command "dance"' },
      });
    });

    it('teaches the options of an action', async () => {
      await using harness = await startReady();
      expect(await client(harness).learnAction(action('learn'))).toEqual({ text: 'learnt' });
    });

    it('tells the value of a feedback, and again when its options change', async () => {
      await using harness = await startReady();
      await client(harness).updateFeedbacks({ f1: feedback({ level: 9 }) });
      const value = () =>
        (harness.last('updateFeedbackValues') as { values: unknown[] } | undefined)?.values[0];
      await vi.waitFor(() => expect(value()).toMatchObject({ id: 'f1', value: true }), patience);
      await client(harness).updateFeedbacks({ f1: feedback({ level: 1 }) });
      await vi.waitFor(() => expect(value()).toMatchObject({ id: 'f1', value: false }), patience);
    });

    it('gives its config fields', async () => {
      await using harness = await startReady();
      const fields = await client(harness).getConfigFields();
      expect(fields[0]).toMatchObject({ id: 'host', type: 'textinput', default: '127.0.0.1' });
    });

    it('takes a new config, and a new label and new secrets where it knows them', async () => {
      await using harness = await startReady();
      await harness.session.configure({
        label: 'Back lamp',
        config: { host: 'd' },
        secrets: { pin: 1 },
        isFirstInit: false,
      });
      await vi.waitFor(() => expect(harness.variable('seen')).toContain('"host":"d"'), patience);
      expect(JSON.parse(harness.variable('seen') as string)).toEqual({
        config: { host: 'd' },
        ...(hasSecrets && { secrets: { pin: 1 } }),
        ...(hasLabels && { label: 'Back lamp' }),
      });
    });

    it('rejects a new config that it refuses', async () => {
      await using harness = await startReady();
      const refused = harness.session.configure({ ...harness.settings, config: { refuse: true } });
      await expect(refused).rejects.toMatchObject({
        code: 'CALL_FAILED',
        data: { remoteMessage: 'this config is refused' },
      });
    });

    it('answers a ping, and neither tells nor writes anything about it', async () => {
      await using harness = await startReady();
      await client(harness).executeAction(action('echo', { text: 'settled' }));
      await vi.waitFor(() => expect(harness.variable('echo')).toBe('settled'), patience);
      const before = { told: harness.told.length, output: harness.output.join('') };
      for (let beat = 0; beat < 3; beat++) await harness.session.ping();
      await harness.session.ping();
      expect(harness.told.length).toBe(before.told);
      expect(harness.output.join('')).toBe(before.output);
      expect(harness.news.filter(({ type }) => type === 'message.refused')).toEqual([]);
    });

    it('answers a ping while an action is still under way', async () => {
      await using harness = await startReady();
      const hanging = client(harness).executeAction(action('hang'), undefined, { timeout: 100 });
      // On a busy machine the ping takes longer than that.
      const timedOut = expect(hanging).rejects.toMatchObject({ code: 'CALL_TIMED_OUT' });
      await harness.session.ping();
      await timedOut;
    });

    it(
      'gets an error for a call that neither base nor app know, under the very id it gave',
      first,
      async () => {
        await using harness = await startReady();
        await client(harness).executeAction(action('ask'));
        await vi.waitFor(() => expect(harness.variable('answer')).toBeTypeOf('string'), patience);
        const answer = JSON.parse(harness.variable('answer') as string) as { payload: string };
        expect(answer).toMatchObject({ direction: 'response', callbackId: 'text-and-1', success: false });
        expect(JSON.parse(answer.payload)).toEqual({
          message: 'The app has no handler for "makeCoffee".',
          stack: expect.any(String),
        });
      },
    );

    it('survives messages whose payloads are as odd as they get', async () => {
      await using harness = await startReady();
      harness.session.notify('variablesChanged', undefined);
      harness.session.notify('dance', [null, new Uint8Array([1]), Number.NaN, new Date(0)]);
      await harness.session.call('updateConfig', null, {}).catch(() => undefined);
      await harness.session.ping();
    });

    it('says that it has done what a stop asks for, and leaves by SIGTERM', first, async () => {
      await using harness = await startReady();
      harness.session.askToStop();
      await vi.waitFor(() => expect(harness.has('stop.answered')).toBe(true), patience);
      expect(harness.last('set-status')).toEqual({ status: 'disconnected', message: 'destroyed' });
      expect(harness.child.exitCode).toBeNull();
      harness.child.kill('SIGTERM');
      expect(await harness.exited).toEqual({ code: null, signal: 'SIGTERM' });
    });

    it('says that there is nothing to stop when it was not initialised', first, async () => {
      await using harness = await start({ onRegistered: ({ session }) => session.acceptRegistration() });
      await vi.waitFor(() => expect(harness.has('module.registered')).toBe(true), patience);
      harness.session.askToStop();
      await vi.waitFor(() => expect(harness.has('stop.answered')).toBe(true), patience);
    });

    it('is refused with a token that is not its own, and leaves', async () => {
      await using harness = await start({ token: 'f'.repeat(64) });
      expect(await harness.exited).toEqual({ code: isSecond ? 77 : 11, signal: null });
      expect(harness.news).toEqual([
        expect.objectContaining({ type: 'module.registered', tokenValid: false }),
      ]);
      expect(harness.output.join('')).toContain('with a token that is not this process’s');
      expect(harness.sent).toHaveLength(1);
    });

    it('is refused as another connection, and leaves', first, async () => {
      await using harness = await start({ connectionId: 'other' });
      expect(await harness.exited).toEqual({ code: 11, signal: null });
      expect(harness.news).toEqual([
        expect.objectContaining({ type: 'module.registered', tokenValid: false }),
      ]);
      expect(harness.output.join('')).toContain('as connection other instead of lamp');
    });

    it('takes its pending calls with it when it is killed', async () => {
      await using harness = await startReady();
      const pending = [
        client(harness).executeAction(action('hang')),
        client(harness).executeAction(action('hang')),
      ];
      const outcomes = Promise.allSettled(pending);
      await harness.session.ping();
      harness.child.kill('SIGKILL');
      expect(await harness.exited).toEqual({ code: null, signal: 'SIGKILL' });
      for (const outcome of await outcomes)
        expect(outcome).toMatchObject({ status: 'rejected', reason: { code: 'CONNECTION_LOST' } });
      await expect(harness.session.call('getConfigFields', {}, {})).rejects.toMatchObject({
        code: 'CONNECTION_LOST',
      });
      await expect(harness.session.ping()).rejects.toMatchObject({ code: 'CONNECTION_LOST' });
    });
  },
);

type StartOptions = Partial<Omit<HarnessOptions, 'module'>> & {
  readonly module?: Partial<HarnessOptions['module']>;
};

function action(actionId: string, options: Record<string, Json> = {}) {
  return { id: 'a1', controlId: 'c1', actionId, options, upgradeIndex: null, disabled: false };
}

function feedback(options: Record<string, Json>) {
  return {
    id: 'f1',
    controlId: 'c1',
    feedbackId: 'lit',
    options,
    isInverted: false,
    upgradeIndex: null,
    disabled: false,
  };
}
