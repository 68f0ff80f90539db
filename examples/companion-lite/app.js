import { randomUUID } from 'node:crypto';
import { join } from 'node:path';
import { createManager } from 'greenroom';
import { companion, CompanionHost, createModuleRegistry } from 'greenroom/companion';
import { keepConnections, openFileStore } from 'greenroom/store';

/** From here on a module has config fields, or won't have them soon. */
const settled = ['ready', 'suspect', 'backingOff', 'failed', 'misconfigured', 'disabled'];

/**
 * Everything but the page: `modules` that are installed, connections, and what is kept of them in the folder `data`. `orders` are what the page may ask for by name;
 * `listen` tells a listener all there is, and then each piece of news.
 */
export async function createApp({ data, modules }) {
  const store = await openFileStore({ folder: data });
  const unpackTo = join(data, 'unpacked');
  const installed = await createModuleRegistry({ folders: modules, unpackTo, watch: true });
  const host = new CompanionHost();
  const manager = createManager({ handlers: host.handlers });
  host.attach(manager);
  keepConnections(manager, store);

  const listeners = new Set();
  const tell = (name, news) => listeners.forEach((listener) => listener(name, news));
  const show = (name, id) => tell(name, sights[name](id));

  const sights = {
    connection(id) {
      const connection = manager.get(id);
      const { label, state, incarnation, pid, reason, lastExit } = connection.status;
      const why = connection.redact(reason ?? lastExit?.detail ?? '');
      return {
        id,
        label,
        module: store.get(id)?.module,
        state,
        incarnation,
        pid,
        why,
        device: host.view(id).status,
      };
    },
    actions: (id) => ({ id, actions: [...host.view(id).actions.values()] }),
    variables: (id) => ({ id, variables: [...host.view(id).variables.values()] }),
    values: (id) => ({ id, values: [...host.view(id).values] }),
    modules: () =>
      installed.modules.map(({ id, name, version, problem }) => ({ id, name, version, problem })),
  };

  /** Runs what is stored under this id. */
  const start = (id) => {
    const { module, upgradeIndex: _, ...settings } = store.get(id);
    const lastUpgradeIndex = () => store.get(id)?.upgradeIndex ?? -1;
    const view = host.view(id);
    view.on('status', () => show('connection', id));
    view.on('actions', () => show('actions', id));
    view.on('variables', () => show('variables', id));
    view.on('values', (changed) => tell('values', { id, values: [...changed] }));
    manager.add({ ...settings, id, module: installed.module(module, { lastUpgradeIndex }) });
  };

  manager.on('status', ({ connection: id, status }) =>
    status.state === 'removed' ? tell('removed', { id }) : show('connection', id),
  );
  installed.onChange(({ connections }) => {
    tell('modules', sights.modules());
    for (const { id, status } of manager.connections)
      if (connections.includes(id) && status.wanted) manager.get(id).restart();
  });
  for (const id of store.all().keys()) start(id);

  /** The fields of each connection's config, for the time in which its module can't be asked. */
  const known = new Map();
  const orders = {
    async add({ module, label }) {
      if (!installed.find(module)) throw new Error(`There is no module "${module}" that can be used.`);
      const id = randomUUID();
      await store.set(id, { module, label, enabled: true });
      start(id);
      return { id };
    },
    async fields({ id }) {
      const connection = manager.get(id);
      await connection.waitFor(settled, { timeout: 20_000 });
      const fields = await companion(connection)
        .getConfigFields()
        .catch((error) => known.get(id) ?? Promise.reject(error));
      known.set(id, fields);
      const { config, label } = connection;
      const secrets = Object.entries(store.get(id).secrets ?? {}).filter(([, secret]) => secret !== '');
      return { label, fields, config, secrets: secrets.map(([name]) => name) };
    },
    async configure({ id, label, config, secrets }) {
      const connection = manager.get(id);
      const change = {
        label,
        config: Object.assign({}, connection.config, config),
        secrets: Object.assign({}, store.get(id).secrets, secrets),
      };
      connection.update(change);
      await store.set(id, change);
    },
    async press({ id, actionId, options }) {
      manager.get(id);
      const action = {
        id: randomUUID(),
        controlId: 'page',
        actionId,
        options,
        upgradeIndex: null,
        disabled: false,
      };
      await host.controls(id).execute(action);
    },
    async enable({ id, enabled }) {
      if (enabled) manager.get(id).enable();
      else manager.get(id).disable();
      await store.set(id, { enabled });
    },
    restart: ({ id }) => manager.get(id).restart(),
    async remove({ id }) {
      await manager.get(id).remove();
      await store.remove(id);
      known.delete(id);
    },
  };

  return {
    orders,
    listen(listener) {
      const ids = manager.connections.map(({ id }) => id);
      listener('beginning', { ids });
      listener('modules', sights.modules());
      for (const id of ids)
        for (const name of ['connection', 'actions', 'variables', 'values']) listener(name, sights[name](id));
      listeners.add(listener);
      return () => void listeners.delete(listener);
    },
    async stop(options) {
      await manager.stop(options);
      await store.close();
    },
  };
}
