import { z } from 'zod';
import { defaultPolicy, type ConnectionPolicy, type PolicyOptions } from '../../index.ts';
import { object } from './described.ts';

// A longer delay would be none: Node's timers count to 2^31 − 1.
const longestTimer = 2 ** 31 - 1;

/** What a file may say about restarts, deadlines, heartbeats and budgets; everything may be left out. */
export const policySchema: z.ZodType<PolicyOptions> = object('an object of policy options', {
  restart: z
    .enum(['permanent', 'transient', 'temporary'], { error: 'one of permanent, transient, temporary' })
    .optional()
    .meta({
      description:
        'Which exits lead to another start: always, only after a failure, or never. Default permanent.',
    }),
  deadlines: group('deadlines').meta({ description: 'Patience with the module, in milliseconds.' }),
  backoff: group('backoff').meta({
    description: 'Waits between restarts, in milliseconds; factor and jitter are ratios.',
  }),
  intensity: group('intensity').meta({
    description: 'More crashes than this within the period (ms) lead to failed, probed every so often (ms).',
  }),
  heartbeat: group('heartbeat').meta({
    description:
      'The interval in milliseconds, 0 for none, and after how many missed beats something happens.',
  }),
  memory: group('memory').meta({
    description: 'A limit in MiB, 0 for none, and the share of it that Node gets for its heap.',
  }),
  cpu: group('cpu').meta({
    description:
      'A limit in per cent of one core, 0 for none, and what follows so many milliseconds above it (0: never).',
  }),
  resources: group('resources').meta({
    description:
      'How often memory and processor time are looked at, in milliseconds; 0 is only with a limit.',
  }),
  standby: z.boolean({ error: 'true or false' }).optional().meta({
    description: 'Whether a process is kept that takes over at once when a module dies. Default false.',
  }),
  heldMessages: number(defaultPolicy.heldMessages).optional(),
});

type Groups = {
  [K in keyof ConnectionPolicy as ConnectionPolicy[K] extends object ? K : never]: ConnectionPolicy[K];
};

function group<K extends keyof Groups>(name: K) {
  const defaults = defaultPolicy[name] as unknown as Readonly<Record<string, number>>;
  const shape = Object.fromEntries(
    Object.entries(defaults).map(([key, value]) => [
      key,
      number(value, key === 'jitter' ? 1 : longestTimer).optional(),
    ]),
  ) as { [N in keyof Groups[K]]: z.ZodOptional<z.ZodNumber> };
  return object(`an object of ${Object.keys(shape).join(', ')}`, shape).exactOptional();
}

function number(standard: number, most = longestTimer) {
  const expected = `a number from 0 to ${most}`;
  return z
    .number({ error: expected })
    .min(0, { error: expected })
    .max(most, { error: expected })
    .meta({ description: `Default ${standard}.` });
}
