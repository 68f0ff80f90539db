import { setImmediate as turn } from 'node:timers/promises';
import { expect, test } from 'vitest';
import type { Connection, GreenroomError } from '../../src/index.ts';
import { createStage, type Stage } from './manager.ts';
import { block, lives, until } from './operating-system.ts';

/** Ten calls in flight, whose errors are noted, and the errors there were one turn of the event loop after the exit. */
async function whatIsLost({ manager, journal }: Stage, connection: Connection, kill: (pid: number) => void) {
  const { pid } = await connection.waitFor('ready');
  await until('its first words arrived', () =>
    journal.output.some(({ line }) => line === 'the lamp gets hot'),
  );
  const errors: unknown[] = [];
  for (let call = 0; call < 10; call += 1)
    connection.call('never', null, { timeout: 60_000 }).catch((error: unknown) => errors.push(error));
  const lost = new Promise<unknown[]>((resolve) => {
    manager.on('exit', () => void turn().then(() => resolve([...errors])));
  });
  kill(pid!);
  return { pid, errors: await lost };
}

test('[F16] calls in flight when the process is killed are rejected in the same tick, with signal, phase and last words in the error', async () => {
  await using stage = createStage();
  const connection = stage.add('dies-with-last-words.js');
  const { pid, errors } = await whatIsLost(stage, connection, (each) => process.kill(each, 'SIGKILL'));
  expect(errors).toHaveLength(10);
  for (const error of errors) {
    expect(error).toMatchObject({
      name: 'GreenroomError',
      code: 'CONNECTION_LOST',
      data: {
        connection: connection.id,
        incarnation: 1,
        pid,
        phase: 'ready',
        code: null,
        signal: 'SIGKILL',
        cause: 'signal',
      },
    });
    expect((error as GreenroomError).data['lastWords']).toEqual(['the lamp gets hot']);
    expect((error as GreenroomError).message).toContain('killed by SIGKILL while ready');
  }
  expect(stage.journal.exits[0]).toMatchObject({ incarnation: 1, signal: 'SIGKILL' });
});

test('[F16] calls in flight when the process exits are rejected in the same tick, with its exit code and last words in the error', async () => {
  await using stage = createStage();
  const connection = stage.add('dies-with-last-words.js');
  const { errors } = await whatIsLost(stage, connection, () => connection.notify('leave', 23));
  expect(errors).toHaveLength(10);
  for (const error of errors) {
    expect(error).toMatchObject({
      code: 'CONNECTION_LOST',
      data: { incarnation: 1, phase: 'ready', code: 23, signal: null, cause: 'exit-code' },
    });
    expect((error as GreenroomError).data['lastWords']).toEqual(['the lamp gets hot', 'the lamp burns']);
    expect((error as GreenroomError).message).toContain('exited with code 23 while ready');
  }
});

test('[F16] the last words of a process that dies while the host learns of another death are kept', async () => {
  await using stage = createStage({ policy: { backoff: { initial: 60_000, most: 60_000 } } });
  const first = stage.add('dies-with-last-words.js');
  const second = stage.add('dies-with-last-words.js');
  const { pid: firstPid } = await first.waitFor('ready');
  const { pid } = await second.waitFor('ready');
  const call = second.call('never', null, { timeout: 60_000 });
  call.catch(() => {});
  // The host reads the words of the first; before it gets to its exit, the second speaks and dies as well.
  const unsubscribe = stage.manager.on('output', ({ connection, line }) => {
    if (connection !== first.id || line !== 'and it burns') return;
    unsubscribe();
    process.kill(pid!, 'SIGUSR2');
    block('the second died', () => !lives(pid!));
  });
  process.kill(firstPid!, 'SIGUSR2');
  block('the first died', () => !lives(firstPid!));

  await expect(call).rejects.toMatchObject({
    code: 'CONNECTION_LOST',
    data: { code: 5, cause: 'exit-code', lastWords: ['the lamp gets hot', 'and it burns'] },
  });
});
