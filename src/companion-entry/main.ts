import { fromWire, toWire } from '../companion/wire-values.ts';
import { fieldsOf } from '../companion/fields.ts';
import { runModule } from '../module/run-module.ts';
import { callsOf, notificationsOf } from './calls.ts';
import { Instance } from './instance.ts';
import type { Kept } from './sdk.ts';

// The process of a module on Companion's module API 2.x, whose SDK brings none: started with the path of the module's entrypoint, its name and the
// version of its base. It registers before it imports the module, so that an import that hangs does so under the deadline of `init`.
const [entrypoint = '', name = '', baseVersion = ''] = process.argv.slice(2);
const instance = new Instance(entrypoint);

runModule({
  name,
  version: `on module API ${baseVersion}`,
  async init({ config: beginning, secrets, label, isFirstInit }, host) {
    const { id, config, lastUpgradeIndex } = Object.fromEntries(fieldsOf(beginning));
    const initialised = await instance.begin(
      {
        id: String(id),
        label,
        isFirstInit,
        lastUpgradeIndex: Number(lastUpgradeIndex),
        config: keptOf(config),
        secrets: keptOf(secrets),
      },
      host,
    );
    host.notify('companion.initialised', toWire(initialised));
  },
  configure: ({ config, secrets, label }) =>
    instance.configure(label, { config: keptOf(config), secrets: keptOf(secrets) }),
  stop: () => instance.end(),
  calls: callsOf(instance),
  notifications: notificationsOf(instance),
});

// It waits for whoever needs it: what takes longest at a start is done by then.
if (process.env['GREENROOM_INCARNATION'] === '0') instance.importEarly();

function keptOf(value: unknown): Kept {
  return Object.fromEntries(fieldsOf(fromWire(value)));
}
