import { describe, expect, it } from 'vitest';
import { companion } from '../../src/companion/index.ts';

const action = {
  id: 'a1',
  controlId: 'c1',
  actionId: 'on',
  options: {},
  upgradeIndex: null,
  disabled: false,
};

describe('The client of a Companion module', () => {
  it('rejects an action that failed, also where that is an answer like any other', async () => {
    const { client } = answering({ success: false, errorMessage: 'the lamp is broken' });
    await expect(client.executeAction(action)).rejects.toMatchObject({
      code: 'CALL_FAILED',
      data: { actionId: 'on', remoteMessage: 'the lamp is broken' },
    });
  });

  it('rejects an action that failed without a reason', async () => {
    await expect(answering({ success: false }).client.executeAction(action)).rejects.toThrow(
      'gave no reason',
    );
  });

  it.each([undefined, null, {}, { success: true }])(
    'takes %o for an action that went well',
    async (answer) => {
      await answering(answer).client.executeAction(action);
    },
  );

  it.each([undefined, null, {}])('makes do with %o where something was to be answered', async (answer) => {
    const { client } = answering(answer);
    expect(await client.getConfigFields()).toEqual([]);
    expect(await client.learnAction(action)).toBeUndefined();
    expect(await client.handleHttpRequest(request)).toEqual({});
  });

  it('calls by the names and with the payloads of the module API', async () => {
    const { client, calls } = answering({});
    const feedback = { ...action, feedbackId: 'lit' };
    await client.executeAction(action, 'surface', { timeout: 9 });
    await client.updateActions({ a1: action, a2: null });
    await client.updateFeedbacks({ a1: feedback });
    await client.learnFeedback(feedback);
    await client.startStopRecordActions(true);
    await client.upgradeActionsAndFeedbacks({ actions: [], feedbacks: [], defaultUpgradeIndex: null });
    client.variablesChanged(['a']);
    expect(calls).toEqual([
      ['executeAction', { action, surfaceId: 'surface', deviceId: 'surface' }, { timeout: 9 }],
      ['updateActions', { actions: { a1: action, a2: null } }, undefined],
      ['updateFeedbacks', { feedbacks: { a1: feedback } }, undefined],
      ['learnFeedback', { feedback }, undefined],
      ['startStopRecordActions', { recording: true }, undefined],
      ['upgradeActionsAndFeedbacks', { actions: [], feedbacks: [], defaultUpgradeIndex: null }, undefined],
      ['variablesChanged', { variablesIds: ['a'] }],
    ]);
  });
});

const request = {
  baseUrl: '',
  headers: {},
  hostname: 'localhost',
  ip: '127.0.0.1',
  method: 'GET',
  originalUrl: '/',
  path: '/',
  query: {},
};

function answering(answer: unknown) {
  const calls: unknown[][] = [];
  const client = companion({
    call: async (...call) => {
      calls.push(call);
      return answer;
    },
    notify: (...call) => void calls.push(call),
  });
  return { client, calls };
}
