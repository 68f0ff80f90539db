/**
 * What somebody sees who uses a connection and knows nothing of how it is made: written by hand from the promises in `docs/`, and deliberately without a look at the statechart.
 * The policy it assumes: a crash too many is the second; nothing is forgotten by itself.
 */

/** What is shown, in the user's words. */
export type Word =
  | 'off'
  | 'starting'
  | 'setting up'
  | 'ready'
  | 'troubled'
  | 'waiting for the next try'
  | 'given up'
  | 'wrong configuration'
  | 'stopping'
  | 'restarting'
  | 'being put down'
  | 'being removed'
  | 'removed';

/** Where the user stands. */
export interface Situation {
  readonly word: Word;
  /** Crashes since somebody last started it on purpose. From 2 on each is one too many. */
  readonly crashes: 0 | 1 | 2;
  /** Why its process is being put down, if it is. */
  readonly fault: 'hangs' | 'slow' | 'config' | null;
  /** Whether its config was changed and its process doesn't know: what that comes to says nothing about the new one. */
  readonly isOutdated: boolean;
}

export const happenings = [
  'somebody turns it on',
  'somebody turns it off',
  'somebody restarts it',
  'somebody removes it',
  'somebody changes its config',
  'the module introduces itself',
  'the module is set up',
  'the module can’t be set up',
  'the module says that its config is wrong',
  'the module crashes',
  'the module stops answering',
  'the module answers again',
  'the process ends',
  'time passes',
] as const;

export type Happening = (typeof happenings)[number];

/** How many processes there are, as long as it says so. */
export const processes: Readonly<Record<Word, 0 | 1>> = {
  off: 0,
  starting: 1,
  'setting up': 1,
  ready: 1,
  troubled: 1,
  'waiting for the next try': 0,
  'given up': 0,
  'wrong configuration': 0,
  stopping: 1,
  restarting: 1,
  'being put down': 1,
  'being removed': 1,
  removed: 0,
};

export const beginning: Situation = { word: 'off', crashes: 0, fault: null, isOutdated: false };

/** What the user sees next; null where this can't happen. */
export function after(situation: Situation, happening: Happening): Situation | null {
  const next = table[situation.word][happening];
  if (next === undefined) return null;
  if (typeof next === 'function') return next(situation);
  return { ...situation, word: next, fault: null, isOutdated: false };
}

type Next = Word | ((situation: Situation) => Situation);
type Row = Readonly<Partial<Record<Happening, Next>>>;

const stays = (situation: Situation): Situation => situation;
const startedOnPurpose = (): Situation => ({ ...beginning, word: 'starting' });
const outdated = (situation: Situation): Situation => ({ ...situation, isOutdated: true });

/** The first crash of a module that was ready is answered at once, the first of another after a while, and the second is one too many. */
function crashed({ word, crashes, fault, isOutdated }: Situation): Situation {
  if (isOutdated) return startedOnPurpose();
  if (crashes > 0) return { ...beginning, word: 'given up', crashes: 2 };
  const wasReady = word === 'ready' || word === 'troubled' || fault === 'hangs';
  return { ...beginning, word: wasReady ? 'starting' : 'waiting for the next try', crashes: 1 };
}

const putDown =
  (fault: Situation['fault']) =>
  (situation: Situation): Situation => ({ ...situation, word: 'being put down', fault });

const ended = (situation: Situation): Situation =>
  situation.fault === 'config' && !situation.isOutdated
    ? { ...situation, word: 'wrong configuration', fault: null }
    : crashed(situation);

const running: Row = {
  'somebody turns it on': stays,
  'somebody turns it off': 'stopping',
  'somebody restarts it': 'restarting',
  'somebody removes it': 'being removed',
  'somebody changes its config': stays,
};

/** It isn't told of a change while it is so. */
const notTold: Row = { ...running, 'somebody changes its config': outdated };

const down: Row = {
  'somebody turns it on': startedOnPurpose,
  'somebody turns it off': 'off',
  'somebody restarts it': startedOnPurpose,
  'somebody removes it': 'removed',
  'somebody changes its config': startedOnPurpose,
};

const table: Readonly<Record<Word, Row>> = {
  off: {
    ...down,
    'somebody restarts it': stays,
    'somebody changes its config': stays,
    'time passes': stays,
  },
  starting: {
    ...notTold,
    'the module introduces itself': 'setting up',
    'the module crashes': crashed,
    'time passes': putDown('slow'),
  },
  'setting up': {
    ...notTold,
    'the module is set up': 'ready',
    'the module can’t be set up': putDown('slow'),
    'the module says that its config is wrong': putDown('config'),
    'the module crashes': crashed,
    'time passes': putDown('slow'),
  },
  ready: { ...running, 'the module crashes': crashed, 'the module stops answering': 'troubled' },
  troubled: {
    ...running,
    'the module crashes': crashed,
    'the module answers again': 'ready',
    'time passes': putDown('hangs'),
  },
  'waiting for the next try': { ...down, 'somebody turns it on': stays, 'time passes': 'starting' },
  'given up': { ...down, 'time passes': 'starting' },
  'wrong configuration': { ...down, 'time passes': stays },
  stopping: {
    ...running,
    'somebody turns it on': 'restarting',
    'somebody turns it off': stays,
    'somebody restarts it': stays,
    'the process ends': 'off',
    'time passes': 'off',
  },
  restarting: {
    ...running,
    'somebody restarts it': stays,
    'the process ends': 'starting',
    'time passes': 'starting',
  },
  'being put down': { ...notTold, 'the process ends': ended, 'time passes': ended },
  'being removed': {
    'somebody turns it on': stays,
    'somebody turns it off': stays,
    'somebody restarts it': stays,
    'somebody removes it': stays,
    'somebody changes its config': stays,
    'the process ends': 'removed',
    'time passes': 'removed',
  },
  removed: {},
};
