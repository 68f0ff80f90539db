import { availableParallelism, cpus } from 'node:os';
import { setImmediate } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import { realFoundation } from '../../src/manager/foundation.ts';
import { measureIdleCores, type Processors } from '../../src/manager/idle-cores.ts';
import { StartSlots, startSlotsFrom, type Growth, type Ticket } from '../../src/manager/start-slots.ts';
import { Urgency } from '../../src/manager/urgency.ts';

/** Slots, and what runs the turns in which they are granted. */
function createSlots(least: number, growth?: Growth) {
  const turns: (() => void)[] = [];
  const slots = new StartSlots(least, growth, (action) => void turns.push(action));
  const turn = (): void => turns.shift()?.();
  const settle = (): void => {
    while (turns.length > 0) turn();
  };
  return { slots, turn, settle };
}

it('grants one slot in each turn, the next one also while others are asked for', () => {
  const { slots, turn } = createSlots(3);
  const granted: string[] = [];
  for (const name of ['first', 'second', 'third', 'fourth']) slots.request(() => granted.push(name));
  expect(granted).toEqual([]);
  turn();
  expect(granted).toEqual(['first']);
  expect(slots).toMatchObject({ held: 1, waiting: 3 });
  for (let turns = 0; turns < 5; turns += 1) turn();
  expect(granted).toEqual(['first', 'second', 'third']);
});

it('grants in turns of the event loop where processes are real', async () => {
  const slots = startSlotsFrom(2, undefined, realFoundation.inTurn);
  const seen: string[] = [];
  const both = new Promise<void>((resolve) => {
    slots.request(() => {
      seen.push('first');
      void setImmediate().then(() => seen.push('between'));
    });
    slots.request(() => {
      seen.push('second');
      resolve();
    });
  });
  await both;
  expect(seen).toEqual(['first', 'between', 'second']);
});

it('grants slots in the order of the requests', () => {
  const { slots, settle } = createSlots(1);
  const granted: string[] = [];
  const first = slots.request(() => granted.push('first'));
  slots.request(() => granted.push('second'));
  slots.request(() => granted.push('third'));
  settle();
  expect(granted).toEqual(['first']);
  expect(slots).toMatchObject({ held: 1, waiting: 2 });
  first.release();
  settle();
  expect(granted).toEqual(['first', 'second']);
});

it('gives a slot back once, however often it is released', () => {
  const { slots, settle } = createSlots(1);
  const granted: string[] = [];
  const first = slots.request(() => {});
  settle();
  first.release();
  first.release();
  slots.request(() => granted.push('second'));
  slots.request(() => granted.push('third'));
  settle();
  expect(granted).toEqual(['second']);
});

it('lets who waits leave the line', () => {
  const { slots, turn, settle } = createSlots(1);
  const granted: string[] = [];
  const first = slots.request(() => {});
  settle();
  slots.request(() => granted.push('second')).release();
  const third = slots.request(() => granted.push('third'));
  first.release();
  settle();
  expect(granted).toEqual(['third']);
  const fourth = slots.request(() => granted.push('fourth'));
  third.release();
  // Its turn has come, but it has left.
  fourth.release();
  turn();
  expect(granted).toEqual(['third']);
  slots.request(() => granted.push('fifth'));
  settle();
  expect(granted).toEqual(['third', 'fifth']);
});

it('grants to any number of those who release at once', () => {
  const { slots, settle } = createSlots(1);
  const first = slots.request(() => {});
  settle();
  let granted = 0;
  for (let waiting = 0; waiting < 20_000; waiting += 1) {
    const ticket = slots.request(() => {
      granted += 1;
      ticket.release();
    });
  }
  first.release();
  settle();
  expect(granted).toBe(20_000);
});

it('grants to all who fit when one who was granted releases at once', () => {
  const { slots, settle } = createSlots(1);
  const granted: number[] = [];
  const first = slots.request(() => {});
  settle();
  const tickets = [1, 2, 3].map((number) =>
    slots.request(() => {
      granted.push(number);
      tickets[number - 1]?.release();
    }),
  );
  first.release();
  settle();
  expect(granted).toEqual([1, 2, 3]);
  expect(slots).toMatchObject({ held: 0, waiting: 0 });
});

it('grants none any more when it is closed, neither one that gets free nor one that is', () => {
  const { slots, turn, settle } = createSlots(3);
  const granted: string[] = [];
  const first = slots.request(() => {});
  slots.request(() => {});
  slots.request(() => granted.push('third'));
  turn();
  turn();
  slots.close();
  // The turn of the third.
  turn();
  first.release();
  slots.request(() => granted.push('fourth'));
  settle();
  expect(granted).toEqual([]);
  expect(slots).toMatchObject({ held: 1, waiting: 2 });
});

describe('who is preferred', () => {
  it('goes before others, in the order of the preferences, from the moment in which it is', () => {
    const { slots, settle } = createSlots(1);
    const granted: string[] = [];
    const add = (name: string) => slots.request(() => void granted.push(name));
    const first = add('first');
    settle();
    const [ordinary, second, third] = [add('ordinary'), add('second'), add('third')];
    third.prefer();
    second.prefer();
    third.prefer();
    expect(slots).toMatchObject({ held: 1, waiting: 3 });
    for (const ticket of [first, third, second]) {
      ticket.release();
      settle();
    }
    expect(granted).toEqual(['first', 'third', 'second', 'ordinary']);
    ordinary.prefer();
    expect(slots).toMatchObject({ held: 1, waiting: 0 });
  });

  it('may leave the line', () => {
    const { slots, settle } = createSlots(1);
    const granted: string[] = [];
    const first = slots.request(() => {});
    settle();
    const second = slots.request(() => granted.push('second'));
    slots.request(() => granted.push('third'));
    second.prefer();
    second.release();
    second.prefer();
    first.release();
    settle();
    expect(granted).toEqual(['third']);
  });

  it('lets one other in after four', () => {
    const { slots, settle } = createSlots(1);
    const granted: string[] = [];
    const tickets = new Map([['', slots.request(() => {})]]);
    settle();
    const names = ['o1', 'o2', 'o3', 'u1', 'u2', 'u3', 'u4', 'u5', 'u6'];
    for (const name of names)
      tickets.set(
        name,
        slots.request(() => void granted.push(name)),
      );
    for (const name of names.slice(3)) tickets.get(name)?.prefer();
    for (let round = 0; round < names.length; round += 1) {
      tickets.get(granted.at(-1) ?? '')?.release();
      settle();
    }
    expect(granted).toEqual(['u1', 'u2', 'u3', 'u4', 'o1', 'u5', 'u6', 'o2', 'o3']);
  });

  it('gets all the slots when nobody else waits', () => {
    const { slots, settle } = createSlots(1);
    const granted: number[] = [];
    const first = slots.request(() => {});
    settle();
    const tickets = [0, 1, 2, 3, 4, 5].map((each) => slots.request(() => void granted.push(each)));
    for (const ticket of tickets) ticket.prefer();
    for (const ticket of [first, ...tickets]) {
      ticket.release();
      settle();
    }
    expect(granted).toEqual([0, 1, 2, 3, 4, 5]);
  });
});

describe('who can wait', () => {
  it('gets a slot when nobody else waits, and may leave the line', () => {
    const { slots, settle } = createSlots(1);
    const granted: string[] = [];
    const first = slots.request(() => {});
    settle();
    const spares = ['s1', 's2', 's3'].map((name) =>
      slots.request(() => granted.push(name), { canWait: true }),
    );
    const ordinary = slots.request(() => granted.push('ordinary'));
    const preferred = slots.request(() => granted.push('preferred'));
    preferred.prefer();
    expect(slots).toMatchObject({ held: 1, waiting: 5 });
    spares[1]?.release();
    for (const ticket of [first, preferred, ordinary, spares[0]]) {
      ticket?.release();
      settle();
    }
    expect(granted).toEqual(['preferred', 'ordinary', 's1', 's3']);
    expect(slots).toMatchObject({ held: 1, waiting: 0 });
  });
});

describe('slots that grow', () => {
  /** Two slots and at most eight, whose measurements are made by hand. */
  function growing() {
    const pending: ((idleCores: number) => void)[] = [];
    const { slots, settle } = createSlots(2, {
      most: 8,
      measure: (onMeasured) => void pending.push(onMeasured),
    });
    const measured = (idleCores: number): void => {
      pending.shift()?.(idleCores);
      settle();
    };
    const request = (times: number) => {
      const tickets = Array.from({ length: times }, () => slots.request(() => {}));
      settle();
      return tickets;
    };
    const release = (tickets: readonly (Ticket | undefined)[]): void => {
      for (const ticket of tickets) ticket?.release();
      settle();
    };
    return { slots, pending, measured, request, release };
  }

  it('get more by the cores that idle while somebody waits, up to the most', () => {
    const { slots, measured, request } = growing();
    request(20);
    expect(slots).toMatchObject({ total: 2, held: 2, waiting: 18 });
    measured(2.4);
    expect(slots).toMatchObject({ total: 4, held: 4, waiting: 16 });
    measured(0.5);
    expect(slots).toMatchObject({ total: 5, held: 5, waiting: 15 });
    measured(7);
    expect(slots).toMatchObject({ total: 8, held: 8, waiting: 12 });
  });

  it('stay as many while less than half a core idles', () => {
    const { slots, measured, request } = growing();
    request(5);
    measured(0.49);
    expect(slots).toMatchObject({ total: 2, held: 2, waiting: 3 });
  });

  it('are taken back one by one while no core idles and somebody waits, never below the least, and granted again only below that', () => {
    const { slots, measured, request, release } = growing();
    const tickets = request(20);
    measured(2);
    expect(slots).toMatchObject({ total: 4, held: 4, waiting: 16 });
    measured(0);
    expect(slots).toMatchObject({ total: 4, held: 4, waiting: 16 });
    release([tickets[0]]);
    expect(slots).toMatchObject({ total: 3, held: 3, waiting: 16 });
    release([tickets[1]]);
    expect(slots).toMatchObject({ total: 3, held: 3, waiting: 15 });
    for (let times = 0; times < 3; times += 1) measured(0);
    expect(slots).toMatchObject({ total: 3, held: 3, waiting: 15 });
    measured(1);
    expect(slots).toMatchObject({ total: 4, held: 4, waiting: 14 });
  });

  it('are as many as the least again when nobody waits any more', () => {
    const { slots, pending, measured, request, release } = growing();
    const tickets = request(4);
    measured(5);
    expect(slots).toMatchObject({ total: 4, held: 4, waiting: 0 });
    expect(pending).toHaveLength(0);
    const [last] = request(1);
    measured(0);
    expect(slots).toMatchObject({ total: 4, held: 4, waiting: 1 });
    measured(1);
    expect(slots).toMatchObject({ total: 5, held: 5, waiting: 0 });
    tickets.push(last!, ...request(3));
    measured(1);
    expect(slots).toMatchObject({ total: 6, held: 6, waiting: 2 });
    release(tickets.slice(-2));
    expect(slots).toMatchObject({ total: 6, held: 6, waiting: 0 });
    measured(1);
    expect(slots).toMatchObject({ total: 6, held: 6, waiting: 0 });
    expect(pending).toHaveLength(0);
    release(tickets);
    expect(slots).toMatchObject({ total: 2, held: 0, waiting: 0 });
    request(3);
    expect(slots).toMatchObject({ total: 2, held: 2, waiting: 1 });
  });

  it('are measured one time after another while somebody waits, and not once they are closed', () => {
    const { slots, pending, measured, request, release } = growing();
    const tickets = request(2);
    expect(pending).toHaveLength(0);
    tickets.push(...request(2));
    expect(pending).toHaveLength(1);
    measured(0);
    expect(pending).toHaveLength(1);
    release(tickets.splice(0));
    measured(0);
    expect(pending).toHaveLength(0);
    request(4);
    expect(pending).toHaveLength(1);
    slots.close();
    measured(4);
    expect(pending).toHaveLength(0);
    request(1);
    expect(pending).toHaveLength(0);
    expect(slots).toMatchObject({ held: 2, waiting: 3 });
  });

  it('are as many as the option says, or twice the cores and up to eight times while they idle', async () => {
    const cores = availableParallelism();
    const measure = (onMeasured: (idleCores: number) => void): void => void pending.push(onMeasured);
    const pending: ((idleCores: number) => void)[] = [];
    const [fixed, free, unmeasured] = [
      startSlotsFrom(3, measure),
      startSlotsFrom(undefined, measure),
      startSlotsFrom(undefined, undefined),
    ];
    for (const slots of [fixed, free, unmeasured])
      for (let each = 0; each < 9 * cores; each += 1) slots.request(() => {});
    const manyTurns = async (): Promise<void> => {
      for (let turn = 0; turn < 9 * cores; turn += 1) await setImmediate();
    };
    await manyTurns();
    expect([fixed.held, free.held, unmeasured.held]).toEqual([3, 2 * cores, 2 * cores]);
    expect(pending).toHaveLength(1);
    pending[0]?.(100 * cores);
    await manyTurns();
    expect([fixed.held, free.held, unmeasured.held]).toEqual([3, 8 * cores, 2 * cores]);
    expect(startSlotsFrom(1, measure)).toMatchObject({ total: 1 });
    for (const wrong of [0, -1, 1.5, Number.NaN]) {
      const message = `Manager: startSlots must be a whole number of at least 1, but is ${wrong}.`;
      expect(() => startSlotsFrom(wrong, undefined)).toThrow(
        expect.objectContaining({ code: 'OPTION_INVALID', message }),
      );
    }
  });
});

describe('urgency', () => {
  function waiting() {
    const { slots, settle } = createSlots(1);
    const granted: string[] = [];
    const first = slots.request(() => {});
    settle();
    slots.request(() => granted.push('ordinary'));
    const urgency = new Urgency();
    const wait = (): void => urgency.waits(slots.request(() => granted.push('own')));
    const served = (): string | undefined => {
      first.release();
      settle();
      return granted[0];
    };
    return { urgency, wait, served };
  }

  it('puts a start first that was ordered before it waits, or while it does', () => {
    const before = waiting();
    before.urgency.ordered(true);
    before.wait();
    expect(before.served()).toBe('own');
    const meanwhile = waiting();
    meanwhile.wait();
    meanwhile.urgency.ordered(true);
    expect(meanwhile.served()).toBe('own');
  });

  it('ends with an order not to start, and when it starts', () => {
    const unwanted = waiting();
    unwanted.urgency.ordered(true);
    unwanted.urgency.ordered(false);
    unwanted.wait();
    expect(unwanted.served()).toBe('ordinary');
    const started = waiting();
    started.urgency.ordered(true);
    started.urgency.over();
    started.wait();
    expect(started.served()).toBe('ordinary');
  });
});

describe('idle cores', () => {
  it('are measured', async () => {
    const idle = await new Promise<number>((resolve) => measureIdleCores(resolve));
    expect(idle).toBeGreaterThanOrEqual(0);
    expect(idle).toBeLessThanOrEqual(cpus().length);
  });

  /** Four cores, three of which idle from one look to the next. */
  function measured(others: Partial<Processors>): Promise<number> {
    let looks = 0;
    const times = (idle: number) => ({
      user: looks * (100 - idle),
      nice: 0,
      sys: 0,
      idle: looks * idle,
      irq: 0,
    });
    const processors: Processors = {
      cpus: () => {
        looks += 1;
        return [0, 100, 100, 100].map((idle) => ({ model: '', speed: 0, times: times(idle) }));
      },
      available: () => 4,
      hasQuota: () => false,
      ...others,
    };
    return new Promise((resolve) => measureIdleCores(resolve, processors));
  }

  it('are those of the machine only where this process may use all of it', async () => {
    expect(await measured({})).toBe(3);
    expect(await measured({ available: () => 2 })).toBe(0);
    expect(await measured({ hasQuota: () => true })).toBe(0);
  });
});
