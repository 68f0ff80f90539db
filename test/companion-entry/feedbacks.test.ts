import { expect, it, vi } from 'vitest';
import { Feedbacks } from '../../src/companion-entry/feedbacks.ts';

const patience = { timeout: 10_000, interval: 5 };

it('What a feedback showed is told no more once it is off its control, also when it waited to be told', async () => {
  const told: string[] = [];
  const feedbacks = new Feedbacks(
    (name, payload) => {
      if (name !== 'updateFeedbackValues') return;
      told.push(...(payload as { values: { id: string }[] }).values.map(({ id }) => id));
    },
    () => undefined,
  );
  feedbacks.define({ lit: { type: 'boolean', name: 'Lit', options: [], callback: () => true } });
  feedbacks.update({ gone: feedback('gone'), disabled: feedback('disabled'), kept: feedback('kept') });
  // The callbacks have come to their end then, and no timer has.
  for (let times = 0; times < 10; times++) await Promise.resolve();
  feedbacks.update({ gone: null, disabled: { ...feedback('disabled'), disabled: true } });
  await vi.waitFor(() => expect(told).toContain('kept'), patience);
  expect(told).toEqual(['kept']);
});

function feedback(id: string) {
  return { id, controlId: 'c1', feedbackId: 'lit', options: {}, upgradeIndex: null, disabled: false };
}
