import { type Action, type CompanionHost, exampleValues, type Feedback } from '../../companion/index.ts';
import { GreenroomError } from '../../index.ts';
import { Failure, lastWords, type Stage } from './stage.ts';

/** Milliseconds that an action may take. */
const patience = 2000;

/** Runs each action with options made from its fields; resolves with how many worked, and what the others said. */
export async function exerciseActions(stage: Stage, host: CompanionHost): Promise<string> {
  const { actions } = host.view(stage.connection.id);
  const failures: string[] = [];
  for (const action of actions.values()) {
    const why = await tried(stage, host, action);
    if (why !== null) failures.push(`${action.id} ${why}`);
    ensureAlive(stage, `action ${action.id}`);
  }
  return counted(actions.size, failures);
}

/** Places each feedback with options made from its fields, and takes them away again; resolves with how many have a value. */
export async function exerciseFeedbacks(stage: Stage, host: CompanionHost): Promise<string> {
  const { feedbacks } = host.view(stage.connection.id);
  const placed = [...feedbacks.values()].map((feedback) => [feedback.id, placedOf(feedback)] as const);
  const controls = host.controls(stage.connection.id);
  controls.place({ feedbacks: Object.fromEntries(placed) });
  const without = await silent(
    host,
    stage.connection.id,
    placed.map(([id]) => id),
  );
  ensureAlive(stage, 'its feedbacks');
  controls.place({ feedbacks: Object.fromEntries(placed.map(([id]) => [id, null])) });
  return counted(
    placed.length,
    without.map((id) => `${id} gave no value`),
  );
}

/** Why an action didn't work; null if it did. */
async function tried({ connection }: Stage, host: CompanionHost, action: Action): Promise<string | null> {
  const { config: options } = exampleValues(action.fields);
  const { id: actionId } = action;
  const instance = {
    id: 'checked',
    controlId: 'checked',
    actionId,
    options,
    upgradeIndex: null,
    disabled: false,
  };
  try {
    await host.controls(connection.id).execute(instance, undefined, { timeout: patience });
    return null;
  } catch (error) {
    if (error instanceof GreenroomError && error.code === 'CALL_TIMED_OUT')
      return `took more than ${patience} ms`;
    const said = error instanceof GreenroomError ? error.data['remoteMessage'] : undefined;
    return `failed (${String(said ?? error)})`;
  }
}

function placedOf({ id, fields }: Feedback) {
  const { config: options } = exampleValues(fields);
  const image = { width: 72, height: 72 };
  return {
    id,
    controlId: 'checked',
    feedbackId: id,
    options,
    isInverted: false,
    image,
    upgradeIndex: null,
    disabled: false,
  };
}

/** Those that have no value after a while. */
async function silent(host: CompanionHost, connection: string, ids: readonly string[]): Promise<string[]> {
  const view = host.view(connection);
  const missing = (): string[] => ids.filter((id) => !view.feedbackValues.has(id));
  return new Promise((resolve) => {
    const end = (): void => {
      stop();
      clearTimeout(timer);
      resolve(missing());
    };
    const timer = setTimeout(end, patience);
    const stop = view.on('feedbackValues', () => void (missing().length === 0 && end()));
    if (missing().length === 0) end();
  });
}

function ensureAlive({ connection, exits }: Stage, what: string): void {
  const { state, incarnation } = connection.status;
  if (state === 'ready') return;
  const exit = exits.findLast((record) => record.incarnation >= incarnation - 1 && record.crash);
  throw new Failure(
    `It is ${state} after ${what}: ${exit?.detail ?? connection.status.reason ?? 'no reason known'}.${exit ? lastWords(exit) : ''}`,
    'Whatever is asked of it with valid options, it must go on: let callbacks throw, never the process.',
  );
}

function counted(all: number, failures: readonly string[]): string {
  const shown = failures.slice(0, 5).join('; ');
  const more = failures.length > 5 ? `; and ${failures.length - 5} more` : '';
  return `${all - failures.length} of ${all} worked${failures.length > 0 ? `: ${shown}${more}` : ''}`;
}
