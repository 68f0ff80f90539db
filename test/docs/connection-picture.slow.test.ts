import { expect, it } from 'vitest';
import { connectionMachine } from '../../src/machines/connection.ts';
import { connectionPicture, livePicture } from './connection-picture.ts';

it('draws the connection as its machine is; `npx vitest run test/docs -u` brings it up to date', async () => {
  await expect(await connectionPicture(connectionMachine)).toMatchFileSnapshot('../../docs/connection.svg');
});

it('draws the connection for the dashboard as its machine is; `npx vitest run test/docs -u` brings it up to date', async () => {
  await expect(await livePicture(connectionMachine)).toMatchFileSnapshot(
    '../../src/dashboard/page/chart.svg',
  );
});
