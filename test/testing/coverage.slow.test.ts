import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { connectionMachine } from '../../src/machines/connection.ts';
import { defaultPolicy, type RestartType } from '../../src/machines/policy.ts';
import { isTheEnd, journeysOverPairs, journeysOverTransitions, type Journey } from './coverage/journeys.ts';
import { LiveConnection } from './coverage/live-connection.ts';
import { placesOf, type Way } from './coverage/paths.ts';
import { samples, samplesOfEnds } from './coverage/samples.ts';
import { branchesOf, leavesOf, takenBy } from './coverage/branches.ts';

// Small numbers, so that little must happen until a guard says otherwise; a period without end, so that time alone changes nothing.
const inputFor = (restart: RestartType) => ({
  id: 'lamp',
  label: 'Lamp',
  at: 1_000_000,
  policy: {
    ...defaultPolicy,
    restart,
    intensity: { crashes: 2, period: 1e12, probe: 1000 },
    heartbeat: { interval: 0, suspectAfter: 2, putDownAfter: 4 },
    heldMessages: 1,
  },
});

const restartTypes = ['permanent', 'transient', 'temporary'] as const;
const inputs = restartTypes.map(inputFor);
// The restart type makes a difference at the end of a process only.
const spaces = inputs.map((input, index) =>
  placesOf(connectionMachine, input, index === 0 ? samples : samplesOfEnds),
);
const ways = spaces.flatMap((places) => places.flatMap((place) => place.ways));

describe('the connection', () => {
  it('can be in each of its states', () => {
    const seen = new Set(
      spaces.flatMap((places) => places.flatMap(({ state }) => leavesOf(state.snapshot.value))),
    );
    expect([...seen].toSorted()).toEqual(
      branchesOf(connectionMachine)
        .map(({ state }) => state)
        .toSorted(),
    );
  });

  it('takes every branch of every transition, but for those on the reviewed list of what can not happen', () => {
    const taken = takenBy(ways);
    const untaken = branchesOf(connectionMachine).flatMap(({ state, branches }) =>
      branches.flatMap(({ name, transition }) =>
        taken.get(state)?.has(transition) ? [] : [`${state}: ${name}`],
      ),
    );
    expect(untaken).toEqual(reviewed());
  });

  it(
    'does with a live process what its statechart says, in every transition',
    { timeout: 60_000 },
    async () => {
      const reached = new Set<number>();
      for (const [index, restart] of restartTypes.entries()) {
        await travel(journeysOverTransitions(spaces[index] ?? [], reached), restart);
      }
      expect(reached.size).toBeGreaterThan(1700);
    },
  );

  it.runIf(process.env['COVER_PAIRS'])(
    'does so in every pair of transitions that can follow each other',
    { timeout: 600_000 },
    async () => {
      const journeys = journeysOverPairs(spaces[0] ?? []);
      const steps = journeys.reduce((sum, journey) => sum + journey.ways.length - 1, 0);
      await travel(journeys, 'permanent');
      expect(steps).toBeGreaterThan(90_000);
    },
  );
});

async function travel(journeys: readonly Journey[], restart: RestartType): Promise<void> {
  for (const { path, ways: taken } of journeys) {
    const connection = new LiveConnection(inputFor(restart));
    for (const name of path) connection.perform(name);
    for (const [index, way] of taken.entries()) {
      connection.perform(way.event);
      const { key } = connection;
      const broken = isTheEnd(way) ? undefined : connection.broken();
      const problem = key === way.to.key ? broken : `it is at ${key}, not at ${way.to.key}`;
      if (problem !== undefined)
        throw new Error(told(problem, [...path, ...names(taken.slice(0, index + 1))]));
    }
    connection.stop();
    // What was sent over channels is read meanwhile, by nobody.
    await new Promise((resolve) => setImmediate(resolve));
  }
}

function names(taken: readonly Way[]): string[] {
  return taken.map(({ event }) => event);
}

function told(problem: string, events: readonly string[]): string {
  return [...events.map((event, index) => `${index + 1}. ${event}`), `=> ${problem}`].join('\n');
}

function reviewed(): string[] {
  const text = readFileSync(join(import.meta.dirname, 'coverage/cannot-happen.md'), 'utf8');
  return Array.from(text.matchAll(/^- `(.+)`$/gm), (match) => String(match[1]));
}
