import { GreenroomError } from '../../errors.ts';
import type { Connection } from '../../manager/connection.ts';
import type { Launch, Module } from '../../process/protocol.ts';
import type { Act } from '../acts.ts';
import { life, type Life } from '../life.ts';
import { remoteModule } from './module.ts';
import type { Remote } from './remote.ts';

/** How the next start of a process goes. */
export type Start = NonNullable<Exclude<Life['spawn'], 'never'>>;

/** A module whose search and processes do nothing but what they are told. */
export class StandIn {
  readonly #remote: Remote;
  #find: ((start: Start | 'nothing') => void)[] = [];

  constructor(remote: Remote) {
    this.#remote = remote;
  }

  readonly module: Module = {
    name: 'a stand-in',
    prepare: async (request): Promise<Launch> => {
      const start = await new Promise<Start | 'nothing'>((resolve) => this.#find.push(resolve));
      if (start === 'nothing') throw new GreenroomError('MODULE_INVALID', 'no such file');
      // It ends only when it is told to, or killed.
      const lives = life([], { spawn: start, deafTo: ['stop', 'SIGTERM'] });
      return remoteModule(lives, { remote: this.#remote.socket }).prepare(request);
    },
  };

  /** Ends all searches for the module: it is there and starts like this, or isn't there. */
  found(start: Start | 'nothing'): void {
    for (const resolve of this.#find.splice(0)) resolve(start);
  }

  /** Makes the current process do something; resolves when it was told. */
  async does({ id, status }: Connection, act: Act): Promise<void> {
    await this.#remote.does(id, status.incarnation, act);
  }

  present({ id, status }: Connection): Promise<void> {
    return this.#remote.present(id, status.incarnation);
  }
}
