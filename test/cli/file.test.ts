import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { readConnectionsFile } from '../../src/cli/file/read-file.ts';
import { jsonSchema } from '../../src/cli/file/schema.ts';
import { greenroom, root } from './command.ts';
import { connectionsFile } from './folder.ts';

const lamp = { id: 'lamp', module: './lamp.js' };

describe('a file of connections', () => {
  test('with every key is taken as it is', async () => {
    const content = {
      $schema: 'greenroom.schema.json',
      hint: 'kill {lamp.pid}',
      startSlots: 2,
      policy: { restart: 'transient', deadlines: { init: 1000 }, heldMessages: 3 },
      connections: [
        {
          ...lamp,
          label: 'Lamp',
          config: { host: 'x' },
          secrets: 'y',
          enabled: false,
          policy: {},
          env: { A: 'b' },
        },
        { id: 'b', module: { node: 'b.js', args: ['1'], execArgv: ['--no-warnings'] } },
        { id: 'c', module: { command: ['python3', 'c.py'], channel: 'stdio', optional: 'Install it.' } },
        { id: 'd', module: { companion: './d', permissions: 'off' } },
      ],
    };
    expect(await readConnectionsFile(connectionsFile(content))).toEqual(content);
  });

  test.each([
    [
      'an unknown key',
      { ...lamp, lable: 'x' },
      'connections[0]: "lable" is not known here. Known here: id, label, module,',
    ],
    [
      'a missing id',
      { module: 'x.js' },
      'connections[0].id: expected a text that is not empty, but it is missing. Add it.',
    ],
    [
      'a wrong type',
      { ...lamp, enabled: 'yes' },
      'connections[0].enabled: expected true or false, but it is "yes".',
    ],
    [
      'an unknown kind of module',
      { id: 'a', module: { comand: ['x'] } },
      'connections[0].module: expected the path of a JavaScript file, or an object with one of "node", "command" and "companion", but it is {"comand":["x"]}.',
    ],
    [
      'a mistake inside a module',
      { id: 'a', module: { command: ['x', 1] } },
      'connections[0].module.command[1]: expected a text, but it is 1.',
    ],
    [
      'an unknown key inside a module',
      { id: 'a', module: { node: 'x', arg: [] } },
      'connections[0].module: "arg" is not known here. Known here: node, args, execArgv, permissions.',
    ],
    [
      'an unknown policy',
      { ...lamp, policy: { deadlines: { regster: 1 } } },
      'connections[0].policy.deadlines: "regster" is not known here. Known here: prepare, spawn, register,',
    ],
    [
      'a delay that no timer can wait',
      { ...lamp, policy: { backoff: { most: 2 ** 31 } } },
      'connections[0].policy.backoff.most: expected a number from 0 to 2147483647, but it is 2147483648.',
    ],
    [
      'a variable that is no text',
      { ...lamp, env: { PORT: 1 } },
      'connections[0].env.PORT: expected a text, but it is 1.',
    ],
  ])('with %s is refused, with the place, what came and what to do', async (_, connection, message) => {
    const file = connectionsFile({ connections: [connection] });
    await expect(readConnectionsFile(file)).rejects.toMatchObject({
      code: 'FILE_INVALID',
      message: expect.stringContaining(`${file}: ${message}`) as string,
    });
  });

  test('with the same id twice is refused', async () => {
    const file = connectionsFile({ connections: [lamp, { ...lamp }] });
    await expect(readConnectionsFile(file)).rejects.toThrow(
      'connections[1].id: expected an id that connections[0] doesn\'t have already, but it is "lamp". Correct it.',
    );
  });

  test('with several mistakes is refused with all of them', async () => {
    const file = connectionsFile({ startSlots: 0, connections: [] });
    await expect(readConnectionsFile(file)).rejects.toThrow(
      `${file}:\n  startSlots: expected a whole number of at least 1, but it is 0. Correct it.\n  connections: expected at least one connection, but it is []. Correct it.`,
    );
  });

  test('that is not JSON is refused with line and column', async () => {
    const file = connectionsFile('{\n  "connections": [],\n  // none\n}');
    await expect(readConnectionsFile(file)).rejects.toThrow(`${file}: line 3, column 3: `);
  });

  test('with a byte order mark is read', async () => {
    const file = connectionsFile(`\uFEFF${JSON.stringify({ connections: [lamp] })}`);
    expect((await readConnectionsFile(file)).connections).toEqual([lamp]);
  });

  test('that is missing or wrong ends the command with 2, before anything is started', async () => {
    const missing = await greenroom('run', 'there-is-no-such.json');
    expect(missing).toMatchObject({ code: 2, stdout: '' });
    expect(missing.stderr).toContain('there-is-no-such.json: there is no such file. Check the path');
    const wrong = await greenroom('run', connectionsFile({ connections: [lamp, { id: 'x' }] }), '--json');
    expect(wrong).toMatchObject({ code: 2, stdout: '' });
    expect(wrong.stderr).toContain('connections[1].module');
  });
});

test('the example in docs/cli.md is a valid file', async () => {
  const page = readFileSync(join(root, 'docs/cli.md'), 'utf8');
  const example = /```json\n([^]*?)```/.exec(page)?.[1] ?? '';
  expect((await readConnectionsFile(connectionsFile(example))).connections).toHaveLength(3);
});

test('greenroom.schema.json is what the code checks; after a change run npm run schema', () => {
  expect(JSON.parse(readFileSync(join(root, 'greenroom.schema.json'), 'utf8'))).toEqual(
    JSON.parse(JSON.stringify(jsonSchema())),
  );
});
