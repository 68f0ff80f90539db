import type { AppPort, CallMeta } from '../process/protocol.ts';

/** What a handler of the app is told of a call beside its payload. Made for each, so it makes nothing before it is asked for. */
export class HandledCall {
  readonly connection: string;
  readonly #call: Parameters<AppPort['call']>[2];

  constructor(connection: string, call: Parameters<AppPort['call']>[2]) {
    this.connection = connection;
    this.#call = call;
  }

  get signal(): AbortSignal {
    return this.#call.signal;
  }

  get meta(): CallMeta {
    return this.#call.meta ?? {};
  }
}
