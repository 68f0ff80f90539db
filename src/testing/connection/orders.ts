import type { Order } from '../../machines/connection-events.ts';
import { dated, now, type ConnectionMove } from './move.ts';
import type { Surroundings } from './surroundings.ts';

/** Everything the app may order, at any time. */
export const orders: readonly ConnectionMove[] = [
  order('enable', { type: 'enable' }, 'yes'),
  order('disable', { type: 'disable' }, 'no'),
  order('restart', { type: 'restart' }),
  order('remove', { type: 'remove' }, 'never'),
  order('change the config', { type: 'configure', config: true, module: false }),
  order('change the module', { type: 'configure', config: false, module: true }),
  order('change the label', { type: 'configure', config: false, module: false, label: 'another' }),
];

type Ordered = Order extends infer T ? (T extends unknown ? Omit<T, 'at'> : never) : never;

function order(name: string, event: Ordered, wanted?: Surroundings['wanted']): ConnectionMove {
  return {
    name,
    tags: ['order'],
    when: () => true,
    event: ({ context }) => dated(event, now(context)),
    // Who was removed can't be wanted again.
    world: (around) => (wanted === undefined || around.wanted === 'never' ? around : { ...around, wanted }),
  };
}
