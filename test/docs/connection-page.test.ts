import { expect, it } from 'vitest';
import { connectionMachine } from '../../src/machines/connection.ts';
import { spareMachine } from '../../src/machines/spare.ts';
import { connectionPage } from './connection-page.ts';
import { sparePage } from './spare-page.ts';

it('describes the connection as its machine is; `npx vitest run test/docs -u` brings it up to date', async () => {
  await expect(connectionPage(connectionMachine)).toMatchFileSnapshot('../../docs/connection.md');
});

it('describes the spare as its machine is; `npx vitest run test/docs -u` brings it up to date', async () => {
  await expect(sparePage(spareMachine)).toMatchFileSnapshot('../../docs/spare.md');
});

it('leaves no cell of the table empty', () => {
  const cells = connectionPage(connectionMachine)
    .split('\n')
    .filter((line) => line.startsWith('| `'))
    .flatMap((line) => line.split('|').slice(1, -1));
  expect(cells.length).toBeGreaterThan(21 * 22);
  expect(cells.filter((cell) => cell.trim() === '')).toEqual([]);
});
