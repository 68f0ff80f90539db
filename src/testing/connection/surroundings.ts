import type { AnyEventObject } from 'xstate';
import type { Effect } from '../model/model.ts';

/** What is around one connection: what the app wants, and what its three actors stand for. */
export interface Surroundings {
  /** By the app's last order; `never` after it was removed. */
  readonly wanted: 'yes' | 'no' | 'never';
  readonly preparation: 'none' | 'under way' | 'over';
  readonly slot: 'none' | 'waiting' | 'held' | 'released';
  /** The process of the current incarnation, from being asked for until its end was reported. */
  readonly process: ModuleProcess | null;
}

export interface ModuleProcess {
  /** `dead`: it is gone, and its exit not reported yet. */
  readonly life: 'asked for' | 'running' | 'dead';
  /** Whether what it says still arrives. */
  readonly isHeard: boolean;
  /** It has registered with its own token and a version that is spoken. */
  readonly hasProved: boolean;
  readonly told: 'nothing' | 'that it is accepted' | 'to initialise';
  /** It has done so after it was told to. */
  readonly isInitialised: boolean;
  /** Whether the app's messages pass. */
  readonly session: 'not yet' | 'open' | 'closed';
  readonly isWatched: boolean;
  /** `asked`: to stop, or by SIGTERM. `killed`: SIGKILL was sent. */
  readonly end: 'not wanted' | 'asked' | 'killed';
}

/** Before anything happened. */
export const undisturbed: Surroundings = { wanted: 'no', preparation: 'none', slot: 'none', process: null };

const fresh: ModuleProcess = {
  life: 'asked for',
  isHeard: true,
  hasProved: false,
  told: 'nothing',
  isInitialised: false,
  session: 'not yet',
  isWatched: false,
  end: 'not wanted',
};

/** What an effect of the connection's chart does to its surroundings. */
export function obey(around: Surroundings, effect: Effect): Surroundings {
  if (effect.type === 'started') return { ...around, ...started[effect.child] };
  if (effect.type === 'stopped') return { ...around, ...stopped[effect.child] };
  if (effect.type !== 'told') return around;
  if (effect.child === 'slot')
    return { ...around, slot: effect.event.type === 'request' ? 'waiting' : 'released' };
  return around.process === null ? around : { ...around, process: obeyed(around.process, effect.event) };
}

/** The same surroundings with a changed process. */
export function withProcess(around: Surroundings, change: Partial<ModuleProcess>): Surroundings {
  return around.process === null ? around : { ...around, process: { ...around.process, ...change } };
}

const started: Record<string, Partial<Surroundings>> = {
  preparation: { preparation: 'under way' },
  process: { process: fresh },
};

const stopped: Record<string, Partial<Surroundings>> = {
  preparation: { preparation: 'none' },
  slot: { slot: 'none' },
  process: { process: null },
};

function obeyed(process: ModuleProcess, { type, signal }: AnyEventObject): ModuleProcess {
  if (signal === 'SIGKILL') return { ...process, end: 'killed' };
  return { ...process, ...orders[type] };
}

const orders: Record<string, Partial<ModuleProcess>> = {
  acceptRegistration: { told: 'that it is accepted' },
  initialise: { told: 'to initialise' },
  open: { session: 'open' },
  close: { session: 'closed' },
  watch: { isWatched: true },
  unwatch: { isWatched: false },
  askToStop: { end: 'asked' },
  signal: { end: 'asked' },
};
