import { setTimeout as wait } from 'node:timers/promises';
import { GreenroomError, type ConnectionStatus } from '../../index.ts';
import { Failure, lastWords, seen, type Stage } from './stage.ts';
import type { Step } from './steps.ts';

const watchFor = 3000;
/** How a connection reports that its module refused a change. */
export const refusedConfig = 'The new config was not taken over';

export const startSteps: readonly Step[] = [
  { title: 'can be started from its files', run: prepare, isNecessary: true },
  { title: 'registers', run: register, isNecessary: true },
  { title: 'initialises', run: initialise, isNecessary: true },
  { title: 'stays ready and answers heartbeats', run: answerHeartbeats },
  { title: 'answers a call it does not know with an error', run: answerUnknownCall },
  { title: 'takes a config that changes', run: takeConfig },
];

async function prepare({ found: { module } }: Stage): Promise<void> {
  try {
    await module.prepare({ connectionId: 'checked', signal: AbortSignal.timeout(10_000) });
  } catch (error) {
    throw new Failure((error as Error).message, 'Nothing else can be checked before.');
  }
}

async function register(stage: Stage): Promise<void> {
  stage.connection.enable();
  const status = await seen(stage, (now) => hasRegistered(now) || hasEnded(now), 'register');
  if (hasEnded(status)) {
    throw ended(
      status,
      'A module registers as soon as it runs: call runModule, or see docs/protocol.md for other languages.',
    );
  }
}

async function initialise(stage: Stage): Promise<void> {
  const status = await seen(stage, (now) => now.state === 'ready' || hasEnded(now), 'initialise');
  if (hasEnded(status)) {
    throw ended(
      status,
      'Give it the config it needs with --config. A device that can’t be reached is better told as a status than thrown from init.',
    );
  }
}

async function answerHeartbeats({ connection }: Stage): Promise<void> {
  const first = connection.status;
  const calm = AbortSignal.timeout(watchFor);
  const trouble = await connection
    .waitFor(({ state }) => state !== 'ready', { signal: calm })
    .catch(() => null);
  if (trouble === null) return;
  if (hasEnded(trouble) || trouble.incarnation !== first.incarnation) {
    throw ended(trouble, 'It must run until it is asked to stop: handle errors of devices and sockets.');
  }
  throw new Failure(
    `It became ${trouble.state} (${trouble.reason ?? 'no reason known'}).`,
    'Something blocks its event loop for more than a second. Do long work in pieces, or in a worker thread.',
  );
}

async function answerUnknownCall({ connection }: Stage): Promise<string> {
  const advice =
    'Answer each call that carries an id, those you don’t know with an error. The SDKs do so by themselves.';
  try {
    const answer = await connection.call('greenroom-check-unknown', {}, { timeout: 5000 });
    throw new Failure(`It answered with ${JSON.stringify(answer)}, as if the call had worked.`, advice);
  } catch (error) {
    if (error instanceof GreenroomError && error.code === 'CALL_FAILED') return '';
    if (error instanceof Failure) throw error;
    throw new Failure((error as Error).message, advice);
  }
}

/** A change is taken over by the process, or by its successor; a refusal is reported. */
async function takeConfig(stage: Stage): Promise<string> {
  const { connection, discarded } = stage;
  const { incarnation } = connection.status;
  const before = discarded.length;
  connection.update({ config: connection.config });
  await wait(1000);
  const refusal = discarded.slice(before).find((text) => text.includes(refusedConfig));
  if (refusal !== undefined) {
    throw new Failure(
      `It refused the change: ${refusal}`,
      'Take over a changed config in configure (Companion: configUpdated) without throwing.',
    );
  }
  const crash = stage.exits.find((exit) => exit.incarnation === incarnation && exit.crash);
  if (crash !== undefined)
    throw new Failure(`${crash.detail}.${lastWords(crash)}`, 'A changed config must not end the process.');
  const { incarnation: now } = await seen(stage, 'ready', 'become ready with the changed config');
  return now === incarnation ? '' : 'by a restart';
}

function hasRegistered({ state }: ConnectionStatus): boolean {
  return ['initialising', 'ready', 'suspect'].includes(state);
}

function hasEnded({ state, lastExit, incarnation }: ConnectionStatus): boolean {
  return (
    lastExit?.incarnation === incarnation ||
    ['failed', 'misconfigured', 'backingOff', 'disabled'].includes(state)
  );
}

function ended({ lastExit, reason, state }: ConnectionStatus, advice: string): Failure {
  const why = lastExit === null ? (reason ?? state) : lastExit.detail;
  return new Failure(`${why}.${lastExit === null ? '' : lastWords(lastExit)}`, advice);
}
