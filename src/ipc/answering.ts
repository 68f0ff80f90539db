import { readMeta, type CallMeta } from './call-meta.ts';

/** A call of the other side while it is answered. Its signal is made when somebody asks for it, because that costs more than most calls. */
export class Answering {
  readonly #metaField: unknown;
  #controller: AbortController | undefined;
  #aborted: { readonly reason: Error } | undefined;

  /** `metaField` is what its frame has as `meta`. */
  constructor(metaField: unknown) {
    this.#metaField = metaField;
  }

  /** What came along with it; empty if nothing did. */
  get meta(): CallMeta {
    return readMeta(this.#metaField);
  }

  get signal(): AbortSignal {
    this.#controller ??= new AbortController();
    if (this.#aborted !== undefined) this.#controller.abort(this.#aborted.reason);
    return this.#controller.signal;
  }

  abort(reason: Error): void {
    this.#aborted ??= { reason };
    this.#controller?.abort(reason);
  }
}
