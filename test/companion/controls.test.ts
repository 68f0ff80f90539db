import { describe, expect, it, vi } from 'vitest';
import { createHostedConnection } from '../../src/companion/host/hosted-connection.ts';
import type { CompanionConnection } from '../../src/companion/host/watchable.ts';

const turn = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

describe('The controls of a connection', () => {
  it('know no value of a feedback that is placed no more, whatever its module says before it has heard of it', async () => {
    const { hosted, say, heard } = await ready();
    const told: unknown[] = [];
    hosted.view.on('feedbackValues', (changed) => told.push(Object.fromEntries(changed)));
    hosted.controls.place({ feedbacks: { a: feedback('a'), b: feedback('b') } });
    await heard('updateFeedbacks', { a: feedback('a', 'one'), b: feedback('b', 'one') });
    say('updateFeedbackValues', {
      values: [
        { id: 'a', value: true },
        { id: 'b', value: true },
      ],
    });
    hosted.controls.place({ feedbacks: { a: null } });
    expect([...hosted.view.feedbackValues.keys()]).toEqual(['b']);
    say('updateFeedbackValues', { values: [{ id: 'a', value: false }] });
    await heard('updateFeedbacks', { a: null });
    await vi.waitFor(() => expect([...hosted.view.feedbackValues.keys()]).toEqual(['b']));
    await vi.waitFor(() => expect(told.at(-1)).toMatchObject({ a: undefined }));
  });

  it('tell a module of changed variables what on a control names them', async () => {
    const { hosted, heard, change } = await ready();
    hosted.controls.place({ feedbacks: { a: feedback('a'), b: feedback('b') } });
    await heard('updateFeedbacks', { a: feedback('a', 'one'), b: feedback('b', 'one') });
    hosted.controls.place({ feedbacks: { a: null } });
    await heard('updateFeedbacks', { a: null });
    change('two');
    await heard('updateFeedbacks', { b: feedback('b', 'two') });
  });

  it('do nothing about variables that nothing names any more', async () => {
    const { hosted, heard, change, looks } = await ready();
    hosted.controls.place({ feedbacks: { a: feedback('a') } });
    await heard('updateFeedbacks', { a: feedback('a', 'one') });
    hosted.controls.place({ feedbacks: { a: null } });
    await heard('updateFeedbacks', { a: null });
    await turn();
    const before = looks();
    change('two');
    await turn();
    expect(looks()).toBe(before);
  });
});

describe('A hosted connection', () => {
  it('hears of the variables it had replaced last, as many as are kept of a module', async () => {
    const { hosted } = await ready();
    const long = (letter: string): string => letter.repeat(30 * 2 ** 20);
    hosted.ask([long('a'), 'lamp:level']);
    hosted.ask([long('b')]);
    hosted.ask(['lamp:level', long('c')]);
    expect([...hosted.asked].map((id) => id[0])).toEqual(['b', 'l', 'c']);
    hosted.end();
    hosted.ask([long('d'), long('e')]);
    expect([...hosted.asked].map((id) => id[0])).toEqual(['d', 'e']);
  });
});

/** A hosted connection whose module is played: it answers everything with nothing. */
async function ready() {
  let value = 'one';
  let looks = 0;
  const calls: unknown[][] = [];
  const connection = {
    id: 'lamp',
    label: 'lamp',
    status: { state: 'ready' },
    call: async (name: string, payload: { feedbacks?: unknown }) => {
      calls.push([name, payload.feedbacks]);
      await turn();
      return {};
    },
  } as unknown as CompanionConnection;
  const hosted = createHostedConnection(
    {},
    {
      connection: () => {
        looks++;
        return connection;
      },
      valueOf: () => value,
      onUpgraded: () => undefined,
      onProblem: (error) => calls.push(['problem', error]),
    },
  );
  const say = (name: string, payload: unknown): void => hosted.view.hear({ name, payload });
  say('setFeedbackDefinitions', {
    feedbacks: [{ id: 'lit', type: 'boolean', options: [{ id: 'text', useVariables: true }] }],
  });
  say('companion.initialised', { apiVersion: '1.14', latestUpgradeIndex: -1 });
  return {
    hosted,
    looks: () => looks,
    say,
    heard: (name: string, payload: unknown) =>
      vi.waitFor(() => expect(calls).toContainEqual([name, payload]), { timeout: 10_000, interval: 5 }),
    change: (to: string) => {
      value = to;
      hosted.controls.variablesChanged(['custom:name', 'custom:other']);
    },
  };
}

function feedback(id: string, text = '$(custom:name)') {
  return {
    id,
    controlId: 'c1',
    feedbackId: 'lit',
    options: { text },
    isInverted: false,
    upgradeIndex: null,
    disabled: false,
  };
}
