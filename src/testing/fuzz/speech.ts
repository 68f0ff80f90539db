import type { Json } from '../../ipc/channel.ts';

/** How somebody behaves who keeps to a protocol. */
export interface Speech {
  register(identity: { readonly token: string; readonly connection: string }): Json;
  /** The id under which the host waits for an answer to this message; undefined if it doesn't. */
  asks(message: unknown): number | string | undefined;
  /** The id of a call that the host has given up. */
  gaveUp(message: unknown): number | string | undefined;
  /** A good answer, also to `init`. */
  answer(id: number | string): Json;
  /** What a good answer is for the app. */
  readonly answered: Json;
  /** A call an app may make. */
  readonly call: string;
}

export const nativeSpeech: Speech = {
  register: ({ token }) => ({ type: 'register', token, versions: [1, 2], module: { name: 'polite' } }),
  asks: (message) => (field(message, 'type') === 'call' ? idOf(message, 'id') : undefined),
  gaveUp: (message) => (field(message, 'type') === 'cancel' ? idOf(message, 'id') : undefined),
  answer: (id) => ({ type: 'result', id, value: { echo: 1 } }),
  answered: { echo: 1 },
  call: 'echo',
};

/** A module on this version of Companion's base. */
export function companionSpeech(version: string, ids: 'text' | 'number'): Speech {
  return {
    register: ({ token, connection }) => ({
      direction: 'call',
      name: 'register',
      callbackId: ids === 'text' ? '1' : 1,
      payload: JSON.stringify({ apiVersion: version, connectionId: connection, verificationToken: token }),
    }),
    asks: (message) => (field(message, 'direction') === 'call' ? idOf(message, 'callbackId') : undefined),
    gaveUp: () => undefined,
    answer: (callbackId) => ({
      direction: 'response',
      callbackId,
      success: true,
      payload: '{"newUpgradeIndex":-1}',
    }),
    answered: { newUpgradeIndex: -1 },
    call: 'learnAction',
  };
}

function idOf(message: unknown, name: string): number | string | undefined {
  const id = field(message, name);
  return typeof id === 'number' || typeof id === 'string' ? id : undefined;
}

function field(message: unknown, name: string): unknown {
  return typeof message === 'object' && message !== null
    ? (message as Record<string, unknown>)[name]
    : undefined;
}
