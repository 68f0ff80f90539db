import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { companionModule } from '../../src/companion/index.ts';
import { type Connection, nodeModule } from '../../src/index.ts';
import { createModuleFolder, type ModuleFolder, sdkVersions } from '../companion/sdk.ts';
import { createStage, fixture, type Stage } from './manager.ts';
import { until } from './operating-system.ts';

interface Received {
  readonly type?: string;
  readonly direction?: string;
  readonly name?: string;
  readonly success?: boolean;
  readonly payload?: unknown;
}

/** Edits config and label while the module boots: twice when it is spawned, twice before it registers, and again when it is known to run. */
async function editWhileBooting({ manager }: Stage, connection: Connection): Promise<string[]> {
  const edited: string[] = [];
  const edit = (): void => {
    const host = `10.0.0.${edited.length + 1}`;
    edited.push(host);
    connection.update({ config: { host }, label: host });
  };
  const editedIn = new Set<string>();
  const stopEditing = [
    connection.subscribe(({ state }) => {
      // Each edit is a status of its own.
      if (editedIn.has(state) || !['spawning', 'registering'].includes(state)) return;
      editedIn.add(state);
      edit();
      edit();
    }),
    manager.on('output', ({ line }) => line === 'booting' && edit()),
  ];
  await connection.waitFor('initialising');
  for (const stop of stopEditing) stop();
  expect(edited).toHaveLength(5);
  return edited;
}

function received({ journal }: Stage): Received[] {
  const lines = journal.output.map(({ line }) => line).filter((line) => line.startsWith('received '));
  return lines.map((line) => JSON.parse(line.slice('received '.length)) as Received);
}

const configIn = (payload: unknown): unknown => {
  const settings = (typeof payload === 'string' ? JSON.parse(payload) : payload) as { config?: unknown };
  return settings.config;
};

const chosen = sdkVersions.filter(({ version }) => ['0.5.1', '1.4.3', '1.14.1'].includes(version));

describe.each(chosen)('with @companion-module/base $version', (sdk) => {
  let module: ModuleFolder;
  beforeAll(async () => {
    module = await createModuleFolder(sdk, '../../faults/fixtures/companion-boots-slowly');
  });
  afterAll(() => module.remove());

  test(`[F9] edits of the config of a module on base ${sdk.version} that boots wait and merge, and the first message it gets is the answer to register`, async () => {
    await using stage = createStage();
    const connection = stage.add(companionModule(module.folder), {
      config: { host: '10.0.0.0' },
      // Older bases ask before they are ready.
      handlers: { upgradedItems: () => {} },
    });
    const edited = await editWhileBooting(stage, connection);
    await connection.waitFor('ready');
    await until('init was received', () => received(stage).length >= 2);

    const [first, second, ...more] = received(stage);
    expect(first).toMatchObject({ direction: 'response', success: true });
    expect(second).toMatchObject({ direction: 'call', name: 'init' });
    expect(configIn(second!.payload)).toEqual({ host: edited.at(-1) });
    expect(more.filter(({ name }) => /config/i.test(name ?? ''))).toEqual([]);
    expect(stage.journal.exits).toEqual([]);
    expect(connection.status).toMatchObject({ incarnation: 1, label: edited.at(-1) });
  });
});

/** On Node's own channel, whose messages it prints. */
function bootsSlowly() {
  return nodeModule({ path: fixture('boots-slowly.js'), channel: 'node' });
}

test('[F9] with our own protocol, too, the first message is the answer to register, edits wait and merge, and calls meanwhile are refused', async () => {
  await using stage = createStage();
  const connection = stage.add(bootsSlowly(), { config: { host: '10.0.0.0' } });
  const calls = connection.waitFor('registering').then(async () => {
    expect(() => connection.notify('tick')).toThrow(
      expect.objectContaining({ code: 'CONNECTION_NOT_READY' }) as Error,
    );
    await expect(connection.call('echo')).rejects.toMatchObject({ code: 'CONNECTION_NOT_READY' });
  });
  const edited = await editWhileBooting(stage, connection);
  await calls;
  await connection.waitFor('ready');
  await until('init was received', () => received(stage).length >= 2);
  const [first, second, ...more] = received(stage);
  expect(first).toMatchObject({ type: 'registered' });
  expect(second).toMatchObject({ type: 'call', name: '$init', payload: { config: { host: edited.at(-1) } } });
  expect(more).toEqual([]);
});

test('[F9] edits while init is under way merge into one change, sent when init is done', async () => {
  await using stage = createStage();
  const connection = stage.add(bootsSlowly(), { config: { host: '10.0.0.0' } });
  await connection.waitFor('initialising');
  for (const last of [1, 2, 3]) connection.update({ config: { host: `10.0.0.${last}` } });
  await connection.waitFor('ready');
  await until('the change was received', () => received(stage).length >= 3);
  expect(received(stage)).toMatchObject([
    { type: 'registered' },
    { name: '$init', payload: { config: { host: '10.0.0.0' } } },
    { name: '$configure', payload: { config: { host: '10.0.0.3' } } },
  ]);
});
