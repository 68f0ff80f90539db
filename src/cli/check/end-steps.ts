import { setTimeout as wait } from 'node:timers/promises';
import type { ConnectionStatus, ExitRecord } from '../../index.ts';
import { Failure, lastWords, readyAfter, seen, type Stage } from './stage.ts';
import { refusedConfig } from './start-steps.ts';
import type { Step } from './steps.ts';

export const endSteps: readonly Step[] = [
  { title: 'comes back when killed while ready', run: killWhileReady },
  {
    title: 'comes back when killed right after its start',
    run: (stage) => killDuringStart(stage, 'registering', 0),
  },
  { title: 'comes back when killed while registering', run: killHalfway },
  {
    title: 'comes back when killed while initialising',
    run: (stage) => killDuringStart(stage, 'initialising', 0),
  },
  { title: 'restarts when ordered, with one stop and one start', run: restart },
  { title: 'sends nothing that is not understood', run: sendSense },
  { title: 'stops when asked', run: stop },
  { title: 'leaves no process behind', run: leaveNothing, always: true },
];

async function killWhileReady(stage: Stage): Promise<string> {
  return killAndRecover(stage, await seen(stage, 'ready', 'become ready'));
}

/** Half of the time that the last registration took, so that the process is amidst its imports. */
async function killHalfway(stage: Stage): Promise<string> {
  const took = (stage.entered.get('initialising') ?? 0) - (stage.entered.get('registering') ?? 0);
  return killDuringStart(stage, 'registering', Math.max(0, took / 2));
}

async function killDuringStart(
  stage: Stage,
  state: 'registering' | 'initialising',
  delay: number,
): Promise<string> {
  const { incarnation } = await seen(stage, 'ready', 'become ready');
  const inState = (now: ConnectionStatus): boolean =>
    now.incarnation > incarnation && now.pid !== null && now.state === state;
  return new Promise((resolve, reject) => {
    const unsubscribe = stage.connection.subscribe((now) => {
      if (!inState(now)) return;
      unsubscribe();
      // At once if there is nothing to wait for: a timer would come too late for a quick module.
      const killed =
        delay === 0 ? killAndRecover(stage, now) : wait(delay).then(() => killAndRecover(stage, now));
      killed.then(resolve, reject);
    });
    stage.connection.restart();
    readyAfter(stage, incarnation).catch(reject);
  });
}

/** Kills it as it is now, and waits until it is ready again. */
export async function killAndRecover(stage: Stage, victim: ConnectionStatus): Promise<string> {
  const began = performance.now();
  // Its number may be another's by now, unless it is still its connection's.
  if (victim.pid !== null && stage.connection.status.pid === victim.pid) process.kill(victim.pid, 'SIGKILL');
  await readyAfter(stage, victim.incarnation);
  const exit = exitOf(stage, victim.incarnation);
  return `killed while ${exit?.phase ?? victim.state}, back in ${Math.round(performance.now() - began)} ms`;
}

async function restart(stage: Stage): Promise<void> {
  const { incarnation } = await seen(stage, 'ready', 'become ready');
  stage.connection.restart();
  const after = await readyAfter(stage, incarnation);
  const exit = exitOf(stage, incarnation);
  if (exit?.cause !== 'stopped')
    throw new Failure(
      `Its process ended otherwise: ${exit?.detail ?? 'unknown'}.`,
      'It must not crash when asked to stop.',
    );
  if (after.incarnation !== incarnation + 1) {
    throw new Failure(
      `It took ${after.incarnation - incarnation} starts to get ready again.`,
      'What the first process leaves behind (files, ports) must not hinder the next.',
    );
  }
}

async function sendSense({ discarded }: Stage): Promise<void> {
  const senseless = discarded.filter((text) => !text.includes(refusedConfig));
  if (senseless.length === 0) return;
  const few = [...new Set(senseless)].slice(0, 5).map((text) => `\n    ${text}`);
  throw new Failure(
    `${senseless.length} messages were not acted upon:${few.join('')}`,
    'Compare them with the protocol; writing to stdout is fine only where stdout isn’t the channel.',
  );
}

async function stop(stage: Stage): Promise<string> {
  const { incarnation } = await seen(stage, 'ready', 'become ready');
  stage.connection.disable();
  await seen(stage, 'disabled', 'stop');
  const exit = exitOf(stage, incarnation);
  if (exit === undefined) return '';
  if (exit.signal === 'SIGKILL')
    throw new Failure(
      `It heard neither the order to stop nor SIGTERM.${lastWords(exit)}`,
      'Don’t catch SIGTERM, or exit when it comes.',
    );
  if (stage.found.endsBySignal && exit.signal === 'SIGTERM') return 'ended by SIGTERM, as is usual';
  if (exit.signal !== null)
    throw new Failure(
      `It didn’t exit when it was asked to, so it was sent ${exit.signal}.`,
      'Let stop return (or settle) within 5 s.',
    );
  if (exit.code !== 0)
    throw new Failure(
      `It exited with code ${exit.code}.${lastWords(exit)}`,
      'An ordered stop ends with code 0: don’t throw from stop.',
    );
  return '';
}

async function leaveNothing({ manager, pids }: Stage): Promise<void> {
  await manager.stop();
  const left = pids.filter(lives);
  if (left.length > 0)
    throw new Failure(
      `These processes still live: ${left.join(', ')}.`,
      'End them; they are in a state in which no signal reaches them.',
    );
}

function lives(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}

function exitOf({ exits }: Stage, incarnation: number): ExitRecord | undefined {
  return exits.find((exit) => exit.incarnation === incarnation);
}
