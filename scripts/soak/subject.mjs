import { setTimeout as wait } from 'node:timers/promises';
import { chooseFault, faults } from './faults.mjs';

/** How long a connection may take to recover; milliseconds. */
const patience = 60_000;

/** One connection of the soak as its observer sees it: what it was told last, what is being done to it, and what has become of that. */
export class Subject {
  status = null;
  /** What is being done to it; null while it is left alone. */
  fault = null;
  statusAt = 0;
  /** Of what is being done to it. */
  number = 0;
  isSpared = false;
  /** Since when it is said to be ready and its process isn't there. */
  missing = Infinity;
  #waiting = new Set();

  /** With `standby` a process waits to take over. */
  constructor(id, standby, { send, fail, record, random }) {
    Object.assign(this, { id, standby, send, fail, record, random });
  }

  take(status) {
    this.status = status;
    this.statusAt = performance.now();
    this.missing = Infinity;
    for (const check of this.#waiting) check();
  }

  /** The order came too late: it isn't ready any more, and nothing was done to it. A host that was stopped may say so when something else is being done already. */
  takeRefusal(number) {
    if (number !== this.number) return;
    this.isSpared = true;
    for (const check of this.#waiting) check();
  }

  /** Its process ended: for a reason that somebody has given. */
  takeExit({ cause, incarnation, detail }) {
    if (this.fault !== null && faults[this.fault].causes.includes(cause)) return;
    this.fail(
      this.id,
      `incarnation ${incarnation} ended, and nobody did that: ${cause}, ${detail} (${this.fault})`,
    );
  }

  /** Does one thing to it after the other, with pauses, until the end. */
  async suffer(isOver, pause) {
    await this.#reaches('ready for the first time', ({ state }) => state === 'ready');
    while (!isOver()) {
      await wait(this.random() * pause);
      if (isOver()) return;
      await this.#once(chooseFault(this.random()));
    }
  }

  async #once(name) {
    const { isNew, until, mend, do: begin } = faults[name];
    const { incarnation } = this.status;
    const before = performance.now();
    this.fault = name;
    this.number += 1;
    this.isSpared = false;
    this.record(this.id, name);
    begin(this);
    if (until) {
      await this.#reaches(`brought so far by "${name}"`, (status) => this.isSpared || until(status));
      mend(this);
      this.record(this.id, `${name}, mended`);
    }
    const isBack = (status) =>
      status.state === 'ready' && (!isNew || this.isSpared || status.incarnation > incarnation);
    if (!isNew) await this.#settles();
    if (await this.#reaches(`ready again after "${name}"`, isBack))
      this.recovered?.(name, performance.now() - before);
    this.fault = null;
  }

  // What needn't change anything has changed it by then, if it does.
  #settles() {
    return wait(300);
  }

  #reaches(what, fits) {
    return new Promise((resolve) => {
      const finish = (result) => {
        clearTimeout(timer);
        this.#waiting.delete(check);
        resolve(result);
      };
      const check = () => this.status !== null && fits(this.status) && finish(true);
      const timer = setTimeout(() => {
        this.fail(this.id, `not ${what} within ${patience} ms, but ${this.status?.state}`);
        finish(false);
      }, patience);
      this.#waiting.add(check);
      check();
    });
  }

  order = (does, more = {}) => this.send({ does, id: this.id, standby: this.standby, ...more });

  misbehave = (how, more = {}) =>
    this.send({ does: 'misbehave', id: this.id, number: this.number, how, ...more });

  signal = (name, pid = this.status.pid) => {
    try {
      if (pid === null) this.takeRefusal(this.number);
      else process.kill(pid, name);
    } catch {
      // It is gone already, which the next status tells.
    }
  };
}
