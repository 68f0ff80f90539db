import { expect, it, vi } from 'vitest';
import { systemClock } from '../../src/clock.ts';
import { ownProtocol } from '../../src/companion/own-session.ts';
import { waitingPingId } from '../../src/native/reception.ts';
import type { SessionPort } from '../../src/process/protocol.ts';

it('A notification to a module on API 2.x gives way when it doesn’t read, if it may', () => {
  const { session, send } = registered();
  session.acceptRegistration();
  session.notify('variablesChanged', {}, { overflow: 'dropOldest' });
  expect(send.mock.calls.at(-1)?.[1]).toEqual({ overflow: 'dropOldest' });
});

it('A process that is to serve a module on API 2.x is answered and pinged before it waits', () => {
  const { session } = registered();
  const onWaits = vi.fn();
  session.acceptWaiting?.(onWaits);
  expect(onWaits).not.toHaveBeenCalled();
  const answer = [1, waitingPingId];
  session.onFrame(answer);
  expect(onWaits.mock.calls).toEqual([[true, answer]]);
});

/** A session whose module has registered, on the newest version of our own protocol. */
function registered() {
  const send = vi.fn<SessionPort['send']>();
  const identity = { connectionId: 'lamp', incarnation: 1, token: 'secret' };
  const session = ownProtocol({ level: 2000 }, new Map()).open({
    ...identity,
    frameBytes: 2 ** 23,
    clock: systemClock,
    app: { call: async () => null, notify: () => undefined },
    send,
    expectAttachments: () => undefined,
    expectBatches: () => undefined,
    report: () => undefined,
    receive: () => undefined,
  });
  session.onFrame({ type: 'register', protocol: 1, versions: [1, 2, 3, 4], ...identity });
  return { session, send };
}
