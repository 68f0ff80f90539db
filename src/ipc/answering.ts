/** A call of the other side while it is answered. Its signal is made when somebody asks for it, because that costs more than most calls. */
export class Answering {
  #controller: AbortController | undefined;
  #aborted: { readonly reason: Error } | undefined;

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
