import { expect, test } from 'vitest';
import { commandModule, nodeModule, type Module } from '../../src/index.ts';
import { createStage, fixture } from './manager.ts';
import { until } from './operating-system.ts';

const program = fixture('sends-nonsense.js');
const channels: readonly (readonly [string, Module])[] = [
  ['node', nodeModule(program)],
  ['fd:3', commandModule({ command: process.execPath, args: [program] })],
  ['stdio', commandModule({ command: process.execPath, args: [program], channel: 'stdio' })],
];
const bytes = (content: string | Buffer) => ({ bytes: Buffer.from(content).toString('base64') });

const refused: readonly (readonly [what: string, frame: string | Buffer, reason: string, why: string])[] = [
  ['not JSON', '{"type":"notify"', 'malformed', 'it is not JSON'],
  ['not UTF-8', Buffer.from('{"type":"notify","name":"\xff\xfe"}', 'latin1'), 'malformed', 'it is not JSON'],
  ['no object', '[1]', 'malformed', 'a frame must be a JSON object'],
  ['of an unknown type', '{"type":"constructor"}', 'malformed', 'its `type` must be'],
  ['of the wrong shape', '{"type":"call","id":"1","name":"n"}', 'malformed', 'its `id` must be'],
  ['without a name', '{"type":"notify","name":7}', 'malformed', 'its `name` must be'],
  [
    'deep',
    `{"type":"call","payload":${'['.repeat(20_000)}${']'.repeat(20_000)}}`,
    'malformed',
    'its `id` must be',
  ],
  [
    'with everything in __proto__',
    '{"__proto__":{"type":"notify","name":"n"}}',
    'malformed',
    'its `type` must be',
  ],
  [
    'with a name of the protocol’s own',
    '{"type":"notify","name":"$constructor"}',
    'malformed',
    'this reserved name is not known',
  ],
  ['an answer nobody asked for', '{"type":"result","id":4711}', 'unexpected', 'response'],
  [
    'an answer with __proto__ for an id',
    '{"type":"result","id":"__proto__"}',
    'malformed',
    'its `id` must be',
  ],
  ['a second registration', '{"type":"register","token":"x","versions":[1]}', 'duplicate', 'registered with'],
];

test.each(channels)(
  '[F36] on the channel %s, each frame that can’t be acted upon is refused with a reason, and the connection lives on',
  async (_, module) => {
    await using stage = createStage();
    const { journal } = stage;
    const connection = stage.add(module);
    const { pid } = await connection.waitFor('ready');
    for (const [what, frame, reason, why] of refused) {
      const before = journal.discarded.length;
      connection.notify('send', bytes(Buffer.concat([Buffer.from(frame), Buffer.from('\n')])));
      await until(`${what} was refused`, () => journal.discarded.length > before);
      const detail = expect.stringContaining(why) as string;
      expect(journal.discarded.slice(before), what).toMatchObject([{ reason, incarnation: 1, detail }]);
    }
    await expect(connection.call('twice')).resolves.toBe('first');
    await until('the second answer was refused', () => connection.status.discarded.unexpected === 2);
    await expect(connection.call('echo', 'still here')).resolves.toBe('still here');
    expect(connection.status).toMatchObject({ state: 'ready', pid, incarnation: 1 });
    expect(journal.messages).toEqual([]);
    expect(({} as { type?: unknown }).type).toBeUndefined();
  },
);

test('[F36] a frame with __proto__ in its payload reaches the app as data, and changes no object', async () => {
  await using stage = createStage();
  const connection = stage.add(channels[0]![1]);
  await connection.waitFor('ready');
  connection.notify('send', bytes('{"type":"notify","name":"n","payload":{"__proto__":{"polluted":1}}}\n'));
  await until('it came', () => stage.journal.messages.length === 1);
  const { payload } = stage.journal.messages[0]!;
  expect(Object.getPrototypeOf(payload)).toBe(Object.prototype);
  expect(({} as { polluted?: unknown }).polluted).toBeUndefined();
});

test.each(channels)(
  '[F36] on the channel %s, a frame that is too long puts the incarnation down, and the next one gets ready',
  async (_, module) => {
    await using stage = createStage({ limits: { frameBytes: 10_000 } });
    const healthy = stage.add('healthy.js');
    const connection = stage.add(module);
    await Promise.all([healthy.waitFor('ready'), connection.waitFor('ready')]);
    connection.notify('send', bytes(`{"type":"notify","name":"${'x'.repeat(5000)}`));
    connection.notify('send', bytes('y'.repeat(5001)));
    await connection.waitFor(({ state, incarnation }) => state === 'ready' && incarnation === 2);
    const exit = stage.journal.exits.find(({ incarnation }) => incarnation === 1);
    expect(exit).toMatchObject({ cause: 'malformed-frame', phase: 'ready', crash: true });
    expect(exit?.detail).toContain('longer than a frame may be');
    await expect(healthy.call('echo', 1)).resolves.toBe(1);
    expect(healthy.status.incarnation).toBe(1);
  },
);

test('[F36] half a frame before the exit is refused as truncated, and the exit is what counts', async () => {
  await using stage = createStage();
  const connection = stage.add(channels[0]![1]);
  await connection.waitFor('ready');
  connection.notify('send and exit', bytes('{"type":"notify","name":"ha'));
  await connection.waitFor(({ state, incarnation }) => state === 'ready' && incarnation === 2);
  expect(stage.journal.exits).toMatchObject([{ incarnation: 1, code: 7, cause: 'exit-code' }]);
  const details = stage.journal.discarded.map(({ reason, detail }) => `${reason} ${detail}`);
  expect(details).toEqual([expect.stringMatching(/^malformed .*its end is missing/)]);
});

test('[F36] bytes that belong nowhere are refused, and an announcement of more than a frame may have puts the incarnation down before they come', async () => {
  await using stage = createStage({ limits: { frameBytes: 10_000 } });
  const { journal } = stage;
  const connection = stage.add(
    commandModule({ command: process.execPath, args: [program], env: { VERSIONS: '[2]' } }),
  );
  await connection.waitFor('ready');
  const nowhere = [
    '=2 {"type":"notify","name":"n","payload":{},"bytes":[["payload","__proto__"]]}\n\n\n',
    '=2 {"type":"notify","name":"n","payload":null}\n{}',
    '{"type":"notify","name":"n","payload":"%%%%","bytes":[["payload"]]}\n',
    '=2,x {"type":"notify","name":"n","payload":null}\n',
  ];
  for (const [count, frame] of nowhere.entries()) {
    connection.notify('send', bytes(frame));
    await until(`${frame} was refused`, () => journal.discarded.length === count + 1);
  }
  await expect(connection.call('echo', 'still here')).resolves.toBe('still here');
  connection.notify('send', bytes('=999999999999999 {"type":"notify","name":"n"}\n'));
  await connection.waitFor(({ state, incarnation }) => state === 'ready' && incarnation === 2);
  expect(journal.exits).toMatchObject([{ incarnation: 1, cause: 'malformed-frame' }]);
  expect(journal.messages).toEqual([]);
});
