/** Texts that go along with a call beside its payload, such as the context of a trace. */
export type CallMeta = Readonly<Record<string, string>>;

/** How long to wait for an answer (milliseconds; default `callTimeout` of the peer), what cancels the call, and what goes along with it. */
export interface PeerCallOptions {
  readonly timeout?: number | undefined;
  readonly signal?: AbortSignal | undefined;
  readonly meta?: CallMeta | undefined;
}

/** The field `meta` of a frame; none if there is nothing to say. */
export function metaField(meta: CallMeta | undefined): { readonly meta?: CallMeta } {
  return meta === undefined || Object.keys(meta).length === 0 ? {} : { meta };
}

/** What of a field `meta` is meta: the texts in it, whatever else is there. */
export function readMeta(field: unknown): CallMeta {
  if (typeof field !== 'object' || field === null || Array.isArray(field)) return nothing;
  return Object.fromEntries(Object.entries(field).filter(([, value]) => typeof value === 'string'));
}

const nothing: CallMeta = Object.freeze({});
