import { anew, change, whileDown } from '../orders.ts';
import { acknowledge, reject, stamp, withoutProcess, withoutStart } from '../outcomes.ts';
import { total } from '../total.ts';

export const disabled = total()({
  id: 'disabled',
  description: 'Nothing runs and nothing is wanted.',
  tags: ['unwanted'],
  entry: [stamp(), 'forgetReason'],
  on: {
    enable: anew,
    disable: acknowledge('already disabled'),
    restart: reject('it is disabled: enable it first'),
    configure: change,
    remove: { target: '#removed' },
    ...withoutStart,
    ...withoutProcess,
  },
});

export const backingOff = total()({
  id: 'backingOff',
  description: 'An incarnation failed; the next is tried when the delay is over.',
  entry: stamp('restartDelay'),
  after: { restartDelay: [{ guard: 'hasSpare', target: '#replacing' }, { target: '#preparing' }] },
  on: {
    ...whileDown,
    enable: acknowledge('already enabled; it waits before it is tried again'),
    ...withoutStart,
    ...withoutProcess,
  },
});

export const failed = total()({
  id: 'failed',
  description: 'It crashed too often; only a rare probe or an order starts it again.',
  tags: ['loud'],
  entry: stamp('probeDelay'),
  after: {
    probeDelay: [
      { guard: 'mayProbe', target: '#preparing', actions: 'countProbe' },
      acknowledge('a temporary module is not tried again'),
    ],
  },
  on: { ...whileDown, ...withoutStart, ...withoutProcess },
});

export const misconfigured = total()({
  id: 'misconfigured',
  description: "It can't start until its config or its module changes, or somebody orders it.",
  tags: ['loud'],
  entry: stamp(),
  on: { ...whileDown, ...withoutStart, ...withoutProcess },
});
