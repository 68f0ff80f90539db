/** What happened lately, and what was wrong. */
export class Story {
  violations = [];
  #began = performance.now();
  #events = [];
  #title;

  constructor(title) {
    this.#title = title;
  }

  /** Keeps what was done to a connection, or what was heard of it; `id` is null for the host. */
  add(id, what) {
    this.#events.push({ at: this.#now(), id, what });
    if (this.#events.length > 2000) this.#events.shift();
  }

  /** Says at once what is wrong, with all that was heard of this connection lately; only the first few, since the rest may follow from them. */
  fail(id, what) {
    const whom = id ?? 'host';
    this.violations.push(`${whom}: ${what}`);
    if (this.violations.length > 5) return;
    console.error(`VIOLATION after ${this.#now()} ms, ${this.#title}: ${whom}: ${what}`);
    const own = this.#events.filter((event) => event.id === id || event.id === null).slice(-25);
    for (const { at, what: event } of own) console.error(`  ${at} ms  ${line(event)}`);
  }

  #now() {
    return Math.round(performance.now() - this.#began);
  }
}

function line(event) {
  if ('did' in event) return event.did;
  if ('cause' in event) return `exit of ${event.incarnation}: ${event.cause}, ${event.detail}`;
  const step = event.step === null ? '' : `.${event.step}`;
  return `${event.state}${step} (${event.incarnation}, pid ${event.pid})`;
}
