import path from 'node:path';
import { createDashboard, type Dashboard } from '../../dashboard/index.ts';
import { GreenroomError, type Manager } from '../../index.ts';
import { announce } from '../control/announcement.ts';
import type { News, Tell } from './news.ts';
import { openMetrics } from './open-metrics.ts';
import type { RunOptions } from './run.ts';

/** How a run can be reached. */
export interface Serving {
  /** The link to the dashboard; null if nobody asked for one. */
  readonly link: string | null;
  /** Lets the other commands find the run; where that can't be done safely it goes on without, and says so. */
  offer(tell: Tell): Promise<void>;
  close(): Promise<void>;
}

/**
 * Serves the dashboard, and for the other commands the same, on any port that is free; nothing if neither is wanted. Where nobody asked for a dashboard
 * it goes on without, and says so.
 * @throws {GreenroomError} `LISTEN_FAILED`, `OPTION_INVALID`.
 */
export async function serve(manager: Manager, options: RunOptions): Promise<Serving> {
  if (options.dashboard !== null) return serving(manager, options);
  if (!options.control) return { link: null, offer: async () => {}, close: async () => {} };
  return serving(manager, options).catch((error: unknown) => ({
    link: null,
    offer: async (tell) => tell(unfindable(error)),
    close: async () => {},
  }));
}

/** The options that come from the environment. */
const variables = { token: 'GREENROOM_DASHBOARD_TOKEN', publicOrigins: 'GREENROOM_DASHBOARD_ORIGINS' };

async function serving(manager: Manager, options: RunOptions): Promise<Serving> {
  const { dashboard: port, control, file } = options;
  const token = process.env[variables.token];
  const metrics = options.metrics ? await openMetrics(manager) : undefined;
  const publicOrigins = port === null ? [] : givenOrigins();
  const asked = { port: port ?? 0, token, metrics, publicOrigins };
  const dashboard = await createDashboard(manager, asked).catch((error: unknown) => {
    throw ofEnvironment(error);
  });
  let withdraw: (() => void) | null = null;
  return {
    link: port === null ? null : dashboard.link,
    async offer(tell) {
      if (control) withdraw = await announced(dashboard, file, tell);
    },
    async close() {
      withdraw?.();
      await dashboard.close();
    },
  };
}

/** The same error, with the variable that has to be corrected. */
function ofEnvironment(error: unknown): unknown {
  if (!(error instanceof GreenroomError)) return error;
  const variable = Object.entries(variables).find(([option]) => option === error.data['option'])?.[1];
  if (variable === undefined) return error;
  const message = `${error.message} Correct ${variable} in the environment.`;
  return new GreenroomError(error.code, message, { data: error.data, cause: error });
}

/** With commas between. */
function givenOrigins(): readonly string[] {
  const given = process.env[variables.publicOrigins] ?? '';
  return given
    .split(',')
    .map((origin) => origin.trim())
    .filter((origin) => origin !== '');
}

/** Resolves with what takes it back. */
async function announced({ url, token, instance }: Dashboard, file: string, tell: Tell): Promise<() => void> {
  try {
    const run = { pid: process.pid, file: path.resolve(file), url, token, instance };
    const announcement = await announce(run);
    tell({ event: 'control', url, file: announcement.path });
    return () => announcement.withdraw();
  } catch (error) {
    tell(unfindable(error));
    return () => {};
  }
}

function unfindable(error: unknown): News {
  const why = error instanceof Error ? error.message : String(error);
  const message = `other commands can't find this run: ${why}`;
  return { event: 'problem', connection: null, message, stack: null };
}
