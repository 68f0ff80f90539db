import path from 'node:path';
import { expect, it, vi } from 'vitest';
import { companion } from '../../src/companion/index.ts';
// @ts-expect-error The simulator is an example in plain JavaScript.
import { startProjector } from '../../examples/studio/devices/projector-simulator.js';
import { Harness } from './harness.ts';

const modules = path.resolve(import.meta.dirname, '../../examples/studio/modules');
const patience = { timeout: 10_000, interval: 5 };
const start = startProjector as (options: {
  warmUp: number;
  port?: number;
}) => Promise<{ port: number; close(): Promise<void> }>;
const client = ({ session }: Harness) =>
  companion({ call: (name, payload) => session.call(name, payload, {}), notify: () => undefined });

it('The studio’s projector module drives its device over TCP, and notices when it is gone and back', async () => {
  const device = await start({ warmUp: 20 });
  const settings = { config: { host: '127.0.0.1', port: device.port } };
  await using harness = await Harness.start({
    module: { folder: path.join(modules, 'projector') },
    settings,
  });
  await vi.waitFor(() => expect(harness.variable('power')).toBe('OFF'), patience);
  expect(harness.news[0]).toMatchObject({ detail: expect.stringContaining('1.4.3') });
  expect(harness.last('set-status')).toMatchObject({ status: 'ok' });

  await client(harness).executeAction(action('power', { to: 'ON' }));
  await vi.waitFor(() => expect(harness.variable('power')).toBe('ON'), patience);
  await client(harness).executeAction(action('input', { to: 'SDI' }));
  await vi.waitFor(() => expect(harness.variable('input')).toBe('SDI'), patience);

  await device.close();
  await vi.waitFor(() => expect(harness.last('set-status')).not.toMatchObject({ status: 'ok' }), patience);
  await expect(client(harness).executeAction(action('power', { to: 'OFF' }))).rejects.toThrow(
    'not connected',
  );
  const again = await start({ warmUp: 20, port: device.port });
  await vi.waitFor(() => expect(harness.last('set-status')).toMatchObject({ status: 'ok' }), patience);
  await again.close();
});

it('The studio’s mixer module moves its meters each second and obeys', async () => {
  const settings = { config: { channels: 3 }, secrets: { pin: '1' } };
  await using harness = await Harness.start({ module: { folder: path.join(modules, 'mixer') }, settings });
  await vi.waitFor(() => expect(harness.variable('seconds')).toBe(1), patience);
  expect(harness.news[0]).toMatchObject({ detail: expect.stringContaining('1.14.1') });
  expect(harness.last('set-status')).toEqual({ status: 'ok', message: '3 channels' });
  await client(harness).executeAction(action('mute', { channel: 2, muted: true }));
  await vi.waitFor(() => expect(harness.variable('meter_2')).toBe(-90), patience);
  await expect(client(harness).executeAction(action('mute', { channel: 9, muted: true }))).rejects.toThrow(
    'no channel 9',
  );
  expect((await client(harness).getConfigFields()).map(({ id }) => id)).toEqual(['channels', 'pin']);
});

function action(actionId: string, options: Record<string, unknown>) {
  return { id: 'a1', controlId: 'c1', actionId, options, upgradeIndex: null, disabled: false };
}
