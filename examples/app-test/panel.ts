import { GreenroomError, type Manager } from 'greenroom';

/** What a small control panel shows and does. */
export interface Panel {
  /** Green while the module can be used. */
  lamp(id: string): 'green' | 'red';
  /** The configs that modules changed by themselves, as they would be written to disk. */
  readonly stored: ReadonlyMap<string, unknown>;
  /** Dims a light; a module that is just being restarted is waited for. */
  dim(id: string, level: number): Promise<unknown>;
}

export type MakePanel = (manager: Manager) => Panel;

/** The first version. It has two mistakes, which its test finds. */
export const firstPanel: MakePanel = (manager) => {
  const lamps = new Map<string, 'green' | 'red'>();
  manager.on('status', ({ connection, status }) => {
    if (status.state === 'ready') lamps.set(connection, 'green');
  });
  manager.on('exit', ({ connection }) => lamps.set(connection, 'red'));
  return {
    lamp: (id) => lamps.get(id) ?? 'red',
    stored: storedConfigs(manager),
    dim: (id, level) => {
      const light = manager.get(id);
      return light.call('dim', level).catch(() => light.call('dim', level));
    },
  };
};

/** The version that was shipped. */
export const panel: MakePanel = (manager) => {
  const lamps = new Map<string, 'green' | 'red'>();
  manager.on('status', ({ connection, status }) => {
    lamps.set(connection, status.state === 'ready' ? 'green' : 'red');
  });
  return {
    lamp: (id) => lamps.get(id) ?? 'red',
    stored: storedConfigs(manager),
    dim: async (id, level) => {
      const light = manager.get(id);
      try {
        return await light.call('dim', level);
      } catch (error) {
        if (!isAway(error)) throw error;
        await light.waitFor('ready');
        return light.call('dim', level);
      }
    },
  };
};

function storedConfigs(manager: Manager): ReadonlyMap<string, unknown> {
  const stored = new Map<string, unknown>();
  manager.on('configSaved', ({ connection, config }) => stored.set(connection, config));
  return stored;
}

function isAway(error: unknown): boolean {
  return (
    error instanceof GreenroomError &&
    (error.code === 'CONNECTION_LOST' || error.code === 'CONNECTION_NOT_READY')
  );
}
