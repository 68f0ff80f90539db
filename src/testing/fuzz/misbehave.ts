import { isDeepStrictEqual } from 'node:util';
import type { Connection } from '../../manager/connection.ts';
import { renderFrame } from './frame.ts';
import type { Ledger } from './ledger.ts';
import type { Puppet } from './processes.ts';
import type { Speech } from './speech.ts';
import { cut, turn, type FuzzScript, type FuzzStep } from './subject.ts';

export interface Scene {
  readonly connection: Connection;
  readonly ledger: Ledger;
  readonly puppet: Puppet;
  readonly speech: Speech;
  /** Calls of the app that are not settled. */
  readonly calls: Set<AbortController>;
  readonly frameBytes: number;
}

/** Has one process play a script, and looks whether all is as it must be, also afterwards. Resolves with the number of frames that were sent. */
export async function misbehave(scene: Scene, { from, steps, cuts }: FuzzScript): Promise<number> {
  const { connection, ledger, puppet } = scene;
  if (from !== 'start') await behave(scene, 'registering');
  if (from === 'ready') await behave(scene, 'initialising');
  const before = { frames: ledger.frames, discarded: total(connection) };
  let sent = 0;
  for (const step of steps) {
    if (step.is === 'app') await act(scene, step.does);
    else sent += send(scene, step, cuts);
    if (puppet.isGone) break;
  }
  await turn();
  const errors = [
    ...ledger.errors,
    ...uncounted(scene, sent, before),
    ...(await recover(scene)),
    ...(await end(scene)),
  ];
  if (errors.length > 0) throw new Error(errors.join('\n'));
  return sent;
}

async function behave(scene: Scene, state: 'registering' | 'initialising'): Promise<void> {
  const { connection, puppet, speech } = scene;
  if (connection.status.state !== state) return;
  if (state === 'registering')
    say(scene, speech.register({ token: puppet.token, connection: connection.id }));
  else for (const id of scene.ledger.open) say(scene, speech.answer(id));
  await turn();
}

function say({ puppet }: Scene, message: unknown): void {
  puppet.wire.feed(Buffer.from(`${JSON.stringify(message)}\n`));
}

/** Returns 1 if it was a frame, 0 if it was an empty line. */
function send(
  { puppet, ledger, connection, frameBytes }: Scene,
  step: Exclude<FuzzStep, { is: 'app' }>,
  cuts: readonly number[],
): number {
  const ids = [...ledger.open].slice(-10);
  const frame = renderFrame(step, { token: puppet.token, connection: connection.id, ids, frameBytes });
  for (const piece of cut(Buffer.concat([frame, lineBreak]), cuts)) puppet.wire.feed(piece);
  return frame.length === 0 || (frame.length === 1 && frame[0] === 13) ? 0 : 1;
}

async function act({ connection, calls, speech }: Scene, does: string): Promise<void> {
  const abort = new AbortController();
  try {
    if (does === 'notify') connection.notify('n', 1);
    else if (does === 'configure') connection.update({ config: { version: Math.random() } });
    else if (does === 'give up') calls.values().next().value?.abort();
    else {
      calls.add(abort);
      const settle = (): void => void calls.delete(abort);
      connection.call(speech.call, 1, { timeout: 0, signal: abort.signal }).then(settle, settle);
    }
  } catch {
    // A connection that isn't ready refuses it.
  }
  // Nobody answers what is still to be written.
  await turn();
}

/** Each line is a frame of the session, or was counted as one that can't be read. */
function uncounted(
  { connection, ledger, puppet }: Scene,
  sent: number,
  before: { frames: number; discarded: number },
): string[] {
  if (puppet.isGone || !puppet.wire.channel.isOpen) return [];
  const read = ledger.frames - before.frames;
  const discarded = total(connection) - before.discarded;
  const unread = sent - read - puppet.wire.kept;
  if (sent < read) return [`${sent} frames were sent, and ${read} came`];
  return unread > discarded
    ? [`${sent} frames were sent, ${read} came, and only ${discarded} were discarded`]
    : [];
}

/** A module that behaves from now on gets ready and answers, unless it was put down for what it did. */
async function recover(scene: Scene): Promise<string[]> {
  const { connection, puppet, speech, ledger } = scene;
  if (puppet.isGone || !puppet.wire.channel.isOpen) return [];
  puppet.wire.feed(lineBreak);
  await behave(scene, 'registering');
  await behave(scene, 'initialising');
  const { state, reason } = connection.status;
  if (state === 'registering' || state === 'initialising') return [`it stays ${state}: ${reason}`];
  if (state !== 'ready') return [];
  ledger.open.clear();
  const call = connection.call(speech.call, null, { timeout: 0 });
  await turn();
  for (const id of ledger.open) say(scene, speech.answer(id));
  const answer: unknown = await Promise.race([
    call,
    turn()
      .then(turn)
      .then(() => 'nothing'),
  ]).catch(String);
  return isDeepStrictEqual(answer, speech.answered)
    ? []
    : [`it is ready, and a call was answered with ${String(answer)}`];
}

async function end({ connection, puppet, calls, ledger }: Scene): Promise<string[]> {
  const removed = connection.remove();
  puppet.exit();
  await removed;
  await turn();
  const { frames } = ledger;
  puppet.wire.end();
  await turn();
  const errors = calls.size > 0 ? [`${calls.size} calls outlived their process`] : [];
  return ledger.frames === frames ? errors : [...errors, 'a frame was acted upon after the end'];
}

function total({ status }: Connection): number {
  return Object.values(status.discarded).reduce((sum, each) => sum + each, 0);
}

const lineBreak = Buffer.from('\n');
