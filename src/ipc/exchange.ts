/** Finds out who sends one message for each that comes: he waits for the answer, and so for nothing else. */
export class Exchange {
  /** How many were sent since the other side was heard. */
  #sent = 0;
  /** It was one the time before. */
  #wasOne = false;

  /** The other side has said something, and what is sent now may be the answer. */
  heard(): void {
    if (this.#sent === 0) return;
    this.#wasOne = this.#sent === 1;
    this.#sent = 0;
  }

  /** One more is sent. True if it is the first, and was the only one the time before. */
  sends(): boolean {
    this.#sent += 1;
    return this.#wasOne && this.#sent === 1;
  }
}
