import { z } from 'zod';
import { object, text } from './described.ts';
import { policySchema } from './policy-schema.ts';

const words = z.array(z.string({ error: 'a text' }), { error: 'a list of texts' });

const flag = z.boolean({ error: 'true or false' }).optional();
const paths = z.union([words, z.literal(true)], { error: 'a list of paths, or true' }).optional();

const permissionsSchema = z
  .union(
    [
      z.literal('off'),
      object('an object of permissions', {
        read: paths.meta({ description: 'Paths it may read besides its package, from its folder.' }),
        write: paths.meta({ description: 'Paths it may write, from its folder.' }),
        childProcess: flag.meta({ description: 'Start other programs.' }),
        worker: flag.meta({ description: 'Start worker threads.' }),
        addons: flag.meta({ description: 'Load native addons.' }),
        network: flag.meta({ description: 'Use the network. Default true; false needs Node 25.' }),
      }),
    ],
    { error: '"off", or an object of permissions' },
  )
  .optional()
  .meta({ description: 'What it may do beyond reading its own package.' });

const nodeSchema = object('an object with "node"', {
  node: text('the path of a JavaScript file').meta({
    description: 'A JavaScript file that calls runModule, from the folder of this file.',
  }),
  args: words.optional().meta({ description: 'Arguments of the module.' }),
  execArgv: words.optional().meta({ description: 'Arguments of Node itself.' }),
  permissions: permissionsSchema,
});

const commandSchema = object('an object with "command"', {
  command: words
    .min(1, { error: 'a list of texts, the program first' })
    .meta({ description: 'A program and its arguments. It runs in the folder of this file.' }),
  channel: z
    .enum(['lines', 'stdio'], { error: 'one of lines, stdio' })
    .optional()
    .meta({ description: 'Descriptor 3 (lines), or stdin and stdout (stdio). Default lines.' }),
  optional: z
    .union([z.boolean(), text('a reason')], { error: 'true, false, or a reason' })
    .optional()
    .meta({ description: 'Leave the connection out, and say so, where the program is not installed.' }),
});

const companionSchema = object('an object with "companion"', {
  companion: text('the path of a module folder').meta({
    description: 'A folder that holds companion/manifest.json, from the folder of this file.',
  }),
  permissions: z
    .enum(['enforce', 'off'], { error: 'one of enforce, off' })
    .optional()
    .meta({ description: 'Whether the module is held to the permissions of its manifest. Default enforce.' }),
});

const moduleSchema = z
  .union([text('the path of a JavaScript file'), nodeSchema, commandSchema, companionSchema], {
    error: 'the path of a JavaScript file, or an object with one of "node", "command" and "companion"',
  })
  .meta({ description: 'What to run.' });

const connectionSchema = object('an object with "id" and "module"', {
  id: text('a text that is not empty').meta({ description: 'Unique in this file.' }),
  label: text('a text that is not empty').optional().meta({ description: 'For people. Default: the id.' }),
  module: moduleSchema,
  config: z
    .json({ error: 'JSON' })
    .optional()
    .meta({ description: 'What the module gets with init. Default {}.' }),
  secrets: z.json({ error: 'JSON' }).optional().meta({ description: 'As config, but never shown.' }),
  enabled: z.boolean({ error: 'true or false' }).optional().meta({ description: 'Default true.' }),
  policy: policySchema.optional(),
  env: z
    .record(z.string(), z.string({ error: 'a text' }), { error: 'an object of texts' })
    .optional()
    .meta({ description: 'Added to the environment that modules may see.' }),
});

/** What a file of connections looks like. */
export const fileSchema = object('an object with "connections"', {
  $schema: z.string({ error: 'a text' }).optional().meta({ description: 'For editors.' }),
  hint: text('a text that is not empty')
    .optional()
    .meta({ description: 'Shown above the table; {id.pid} stands for the process of a connection.' }),
  startSlots: z
    .int({ error: 'a whole number of at least 1' })
    .min(1, { error: 'a whole number of at least 1' })
    .optional()
    .meta({ description: 'How many processes may be starting at once. Default: twice the cores.' }),
  policy: policySchema.optional().meta({ description: 'For all connections.' }),
  connections: z
    .array(connectionSchema, { error: 'a list of connections' })
    .min(1, { error: 'at least one connection' })
    .superRefine(refuseSameIds),
}).meta({ title: 'Connections for greenroom run' });

export type ConnectionsFile = z.infer<typeof fileSchema>;
export type ConnectionEntry = z.infer<typeof connectionSchema>;

/** The same for editors, as a JSON schema. */
export function jsonSchema(): object {
  return z.toJSONSchema(fileSchema, { io: 'input' });
}

function refuseSameIds(connections: readonly { id: string }[], context: z.RefinementCtx): void {
  for (const [index, { id }] of connections.entries()) {
    const first = connections.findIndex((other) => other.id === id);
    if (first === index) continue;
    context.addIssue({
      code: 'custom',
      path: [index, 'id'],
      message: `an id that connections[${first}] doesn't have already`,
    });
  }
}
