import { takeToken } from '../../module/take-token.ts';
import type { Deed } from '../acts.ts';
import type { Life } from '../life.ts';

/** A frame of our own protocol, as a played process reads it. */
export interface Frame {
  readonly type: string;
  readonly id?: number;
  readonly name?: string;
  readonly payload?: unknown;
}

/** What a deed sends; undefined if it is no such deed, or answers an `init` that has not come. */
export function frameOf(deed: Deed, initId: number | null): unknown {
  const make = frames[deed.does] as ((deed: Deed, initId: number | null) => unknown) | undefined;
  return make?.(deed, initId);
}

/** The answer to a call; undefined if it isn't answered. */
export function answerTo({ id, name, payload }: Frame, configure: Life['configure'] = 'takes'): unknown {
  if (name === 'never') return undefined;
  if (name !== '$configure') return { type: 'result', id, value: name === '$ping' ? null : payload };
  const code = refusals[configure];
  if (code === null) return { type: 'result', id };
  return { type: 'error', id, error: { message: 'The config is not taken over.', code } };
}

const refusals = { takes: null, needsRestart: 'HANDLER_MISSING', refuses: 'REFUSED' } as const;

type Frames = {
  readonly [D in Deed['does']]?: (deed: Extract<Deed, { does: D }>, initId: number | null) => unknown;
};

const frames: Frames = {
  registers: ({ token = 'own', version = 1 }) => ({
    type: 'register',
    token: token === 'own' ? ownToken() : 'of somebody else',
    versions: [version],
    module: { name: 'played' },
  }),
  initialises: (_, id) => (id === null ? undefined : { type: 'result', id }),
  failsInit: ({ message, misconfigured = false }, id) => {
    const error = { message, ...(misconfigured ? { code: 'MISCONFIGURED' } : {}) };
    return id === null ? undefined : { type: 'error', id, error };
  },
  extends: ({ by }) => ({ type: 'notify', name: '$extend', payload: { milliseconds: by } }),
  notifies: ({ name, payload }) => ({ type: 'notify', name, payload }),
  unregisters: () => ({ type: 'notify', name: '$unregister' }),
  calls: ({ name, payload }) => ({ type: 'call', id: nextId(), name, payload }),
  sends: ({ frame }) => frame,
};

let token: string | undefined;

function ownToken(): string {
  token ??= takeToken(Number(process.env['GREENROOM_TOKEN_FD']));
  return token;
}

let lastId = 0;

function nextId(): number {
  lastId += 1;
  return lastId;
}
