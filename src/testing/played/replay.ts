import { setTimeout as wait } from 'node:timers/promises';
import type { AnyEventObject, InspectionEvent } from 'xstate';
import type { ConnectionSnapshot } from '../../machines/status.ts';
import { realFoundation } from '../../manager/foundation.ts';
import { inThisTurn } from '../../manager/in-this-turn.ts';
import { Manager } from '../../manager/manager.ts';
import type { ConnectionModel } from '../connection/move.ts';
import { Moves, sentence, type AnyMove } from '../model/moves.ts';
import { NamedTimers } from '../model/named-timers.ts';
import type { Problem } from '../model/pure-actor.ts';
import type { Replay } from '../model/replay.ts';
import type { Story, StoryStep } from '../model/report.ts';
import { place } from '../model/walk.ts';
import { causes, lives } from './causes.ts';
import { arrives, problemsOf, tooEarly, type Role } from './role.ts';
import { createRemote, type Remote } from './remote.ts';
import { StandIn } from './stand-in.ts';

/** What came of a story among real processes. */
export interface RealReplay extends Replay {
  /** Why the step after the last one could not be brought about; null if all could. */
  readonly stoppedBy: string | null;
  /** What happened besides, such as the channel that closes when a process dies; the types of the events. */
  readonly besides: readonly string[];
}

/**
 * Lets a story of the connection's model happen once more, to a manager with the model's chart and policy and to real processes; only the clock is virtual. After each step the status is
 * compared with the processes that the operating system has. Late news is sent to the connection as it is. Not every story can be brought about: what a real start does at once
 * leaves no time for orders, and a module can't say what its protocol has no words for; `stoppedBy` tells. Linux only.
 *
 * @example
 * const { problems } = await replayWithProcesses(connectionModel(), violation.story);
 */
export async function replayWithProcesses(model: ConnectionModel, story: Story): Promise<RealReplay> {
  await using remote = await createRemote();
  const reality = new Reality(model, story, remote);
  try {
    return await reality.replay();
  } finally {
    await reality.end();
  }
}

class Reality {
  readonly #story: Story;
  readonly #moves: Moves;
  readonly #names: readonly string[] | undefined;
  readonly #clock: NamedTimers;
  readonly #manager: Manager;
  readonly #roles: Role[] = [];

  constructor(model: ConnectionModel, story: Story, remote: Remote) {
    this.#story = story;
    this.#moves = new Moves(model);
    this.#names = model.actors;
    this.#clock = new NamedTimers(() => this.#roles.map(({ connection }) => connection.actor));
    const clock = this.#clock;
    this.#manager = new Manager(
      // With a guard, a program that isn't there looks like one that exits; played processes watch their parent themselves.
      {
        clock,
        startSlots: 1,
        policy: model.input?.policy,
        guards: { parentDeathSignal: false, janitor: false },
      },
      {
        ...realFoundation,
        // What is played happens within its step.
        inTurn: inThisTurn(),
        machine: model.machine,
        timeFrom: () => clock,
        toModule: (module) => module as never,
      },
    );
    for (const name of model.actors ?? ['connection']) this.#roles.push(this.#cast(name, remote));
  }

  async replay(): Promise<RealReplay> {
    const words: string[] = [];
    const places: string[][] = [];
    const problems: (Problem & { step: number })[] = [];
    let stoppedBy: string | null = null;
    for (const [step, each] of this.#story.entries()) {
      const move = this.#moves.at(this.#moves.named(each.move));
      const role = this.#roles[each.actor];
      if (role === undefined) break;
      const said = sentence(move, role.connection.actor.getSnapshot(), this.#names?.[each.actor]);
      stoppedBy = await this.#take(role, move, step);
      if (stoppedBy !== null) break;
      words.push(said);
      places.push(this.#roles.map(({ connection }) => place(connection.actor.getSnapshot())));
      problems.push(...this.#roles.flatMap(problemsOf).map((problem) => ({ ...problem, step })));
    }
    const besides = this.#roles.flatMap(({ unread }) => unread.map(({ type }) => type));
    return { words, places, problems, isComplete: words.length === this.#story.length, stoppedBy, besides };
  }

  /** A chart with a mistake may wait for ever, so it is enough that no process is left. */
  async end(): Promise<void> {
    const stopped = this.#manager.stop({ force: true });
    const pids = this.#roles.flatMap((role) => [...role.pids]);
    while (pids.some(lives)) await wait(5);
    await Promise.race([stopped, wait(200)]);
    for (const { connection } of this.#roles) connection.actor.stop();
  }

  #cast(name: string, remote: Remote): Role {
    const standIn = new StandIn(remote);
    const id = `${name}-${process.pid}-${(casts += 1)}`;
    const connection = this.#manager.add({ id, module: standIn.module, config: {}, enabled: false });
    const role: Role = {
      connection,
      standIn,
      unread: [],
      pids: new Set(),
      lateNews: null,
      isDeadUntold: false,
    };
    const { actor } = connection;
    actor.system.inspect((inspected: InspectionEvent) => {
      if (inspected.type !== '@xstate.event' || inspected.actorRef !== actor) return;
      const { event } = inspected;
      role.unread.push(event);
      if (event.type === 'process.spawned' && event !== role.lateNews)
        role.pids.add((event as unknown as { pid: number }).pid);
    });
    return role;
  }

  /** Brings a step about and waits until the connection knows. Returns why it can't be, or null. */
  async #take(role: Role, move: AnyMove, step: number): Promise<string | null> {
    const event = eventOf(move, role.connection.actor.getSnapshot());
    const early = isOurs(move) ? tooEarly(role) : undefined;
    if (early !== undefined) return `${early} came before "${move.name}" could`;
    if (!(await this.#bringAbout(role, move, event, step))) return `nothing brings about "${move.name}"`;
    if (event === null) role.isDeadUntold = true;
    else if (event.type === 'process.exited') role.isDeadUntold = false;
    if (event === null || (await arrives(role, event.type))) return null;
    return `"${move.name}" did not reach the connection`;
  }

  async #bringAbout(role: Role, move: AnyMove, event: AnyEventObject | null, step: number): Promise<boolean> {
    const { connection, standIn } = role;
    if (move.timer !== null) return this.#clock.fireNamed(connection.actor, move.timer);
    const cause = causes[move.name];
    const ahead = this.#story.slice(step + 1).filter(({ actor }) => this.#roles[actor] === role);
    if (move.tags.includes('stale')) {
      role.lateNews = event;
      connection.actor.send(event as never);
    } else
      await attempt(() => cause?.({ connection, standIn, clock: this.#clock, ahead: ahead.map(nameOf) }));
    return cause !== undefined || move.tags.includes('stale');
  }
}

// Orders and timers are ours to time; all else comes when it comes.
function isOurs({ tags, timer }: AnyMove): boolean {
  return tags.includes('order') || timer !== null;
}

let casts = 0;

function nameOf({ move }: StoryStep): string {
  return move;
}

function eventOf(move: AnyMove, snapshot: ConnectionSnapshot): AnyEventObject | null {
  if (move.timer !== null) return { type: move.timer };
  return move.event?.(snapshot) ?? null;
}

/** To be refused is one of the outcomes an order may have. */
async function attempt(cause: () => unknown): Promise<void> {
  try {
    await cause();
  } catch {
    // The connection has got the event all the same.
  }
}
