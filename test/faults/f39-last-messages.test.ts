import { expect, test } from 'vitest';
import { createStage } from './manager.ts';
import { block, lives } from './operating-system.ts';

test.each([
  { way: 'exits', end: { code: 3, signal: null } },
  { way: 'throws', end: { code: 1, signal: null } },
  { way: 'is killed', end: { code: null, signal: 'SIGKILL' } },
])(
  '[F39] what a module said before it $way is delivered before its end, in order, although its host had read only a few messages of it',
  async ({ way, end }) => {
    const messages = 1500;
    await using stage = createStage({
      limits: { turnMicroseconds: 1 },
      policy: { backoff: { initial: 60_000, most: 60_000 } },
    });
    const connection = stage.add('talks-and-leaves.js');
    const { pid } = await connection.waitFor('ready');
    const heard: number[] = [];
    let heardAtExit = -1;
    stage.manager.on('message', ({ name, payload }) => {
      if (name !== 'last words') return;
      if (heard.length === 0) block('the module is gone', () => !lives(pid!));
      heard.push(payload as number);
    });
    stage.manager.on('exit', () => {
      heardAtExit = heard.length;
    });
    connection.notify('leave', { way, messages });
    await connection.waitFor(({ lastExit }) => lastExit !== null);

    expect(stage.journal.exits).toMatchObject([{ ...end, incarnation: 1 }]);
    expect(heardAtExit).toBe(messages);
    expect(heard).toEqual(Array.from({ length: messages }, (_, number) => number));
  },
);

test('[F39] a module that exits with more to say than a pipe holds is heard to the end by a host that reads', async () => {
  const messages = 8000;
  await using stage = createStage({ policy: { backoff: { initial: 60_000, most: 60_000 } } });
  const connection = stage.add('talks-and-leaves.js');
  await connection.waitFor('ready');
  let heard = 0;
  stage.manager.on('message', ({ name }) => {
    if (name === 'last words') heard += 1;
  });
  connection.notify('leave', { way: 'exits', messages });
  await connection.waitFor(({ lastExit }) => lastExit !== null);
  expect(heard).toBe(messages);
});
