import { expect, it } from 'vitest';
import type { UpgradeScript } from '../../src/companion-entry/sdk.ts';
import { upgradeItems } from '../../src/companion-entry/upgrades.ts';

it.each([
  ['a value', { isExpression: false, value: false }, false],
  ['an expression', { isExpression: true, value: '$(a:b)' }, { isExpression: true, value: '$(a:b)' }],
])(
  'Whether a feedback is inverted is raw for the script, and for the app plain when it is %s',
  (_, raw, app) => {
    const seen: unknown[] = [];
    const script: UpgradeScript = (_context, { feedbacks }) => {
      seen.push(...feedbacks);
      return { updatedFeedbacks: feedbacks.map((old) => ({ ...old, isInverted: raw })) };
    };
    const feedback = { id: 'f', controlId: 'c', feedbackId: 'lit', options: {}, disabled: false };
    const request = { actions: [], defaultUpgradeIndex: null };
    const { updatedFeedbacks } = upgradeItems(
      [script],
      {},
      {
        ...request,
        feedbacks: [{ ...feedback, isInverted: true, upgradeIndex: -1 }],
      },
    );
    expect(seen).toMatchObject([{ isInverted: { isExpression: false, value: true } }]);
    expect(updatedFeedbacks).toEqual([{ ...feedback, isInverted: app, upgradeIndex: 0 }]);
  },
);
