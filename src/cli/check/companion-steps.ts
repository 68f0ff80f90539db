import { setTimeout as wait } from 'node:timers/promises';
import {
  companion,
  type CompanionHost,
  createModuleRegistry,
  definitionFaults,
  exampleValues,
  fieldFaults,
} from '../../companion/index.ts';
import { exerciseActions, exerciseFeedbacks } from './companion-exercises.ts';
import { killAndRecover } from './end-steps.ts';
import { Failure, lastWords, readyAfter, seen, type Stage } from './stage.ts';
import { refusedConfig } from './start-steps.ts';
import type { Step } from './steps.ts';

/** What is tried with Companion modules only. */
export function companionSteps(host: CompanionHost): readonly Step[] {
  return [
    { title: 'has a manifest as its SDK wants it', run: haveManifest },
    { title: 'takes a config made from its config fields', run: takeGeneratedConfig },
    { title: 'defines what people can use', run: (stage) => defineSensibly(stage, host) },
    { title: 'goes on after each of its actions', run: (stage) => exerciseActions(stage, host) },
    { title: 'goes on after each of its feedbacks', run: (stage) => exerciseFeedbacks(stage, host) },
    { title: 'comes back when killed amidst an action', run: (stage) => killAmidst(stage, host) },
    { title: 'comes back when killed while stopping', run: killWhileStopping },
    { title: 'has been measured', run: measure },
  ];
}

/** Companion's tools make no package of a module whose manifest breaks the schema of its SDK. */
async function haveManifest({ found: { folder } }: Stage): Promise<void> {
  if (folder === undefined) return;
  using registry = await createModuleRegistry({ folders: [folder] });
  const { modules } = registry;
  const warnings = modules.flatMap((module) => module.warnings);
  if (warnings.length === 0) return;
  throw new Failure(
    list(warnings),
    'Correct companion/manifest.json: it runs as it is, but Companion’s tools make no package of it.',
  );
}

async function takeGeneratedConfig(stage: Stage): Promise<string> {
  const { connection, discarded, exits } = stage;
  await seen(stage, 'ready', 'become ready');
  const fields = await companion(connection).getConfigFields();
  const { config, secrets } = exampleValues(fields);
  const before = { refusals: discarded.length, exits: exits.length };
  connection.update({ config: { ...config, ...(connection.config as object) }, secrets });
  // Long enough for a device that isn't there to be noticed.
  await wait(1000);
  const advice = 'What the defaults of its fields make must be a config it takes.';
  const refusal = discarded.slice(before.refusals).find((text) => text.includes(refusedConfig));
  if (refusal !== undefined) throw new Failure(`It refused ${JSON.stringify(config)}: ${refusal}`, advice);
  const crash = exits.slice(before.exits).find((exit) => exit.crash);
  if (crash !== undefined)
    throw new Failure(
      `It did not survive ${JSON.stringify(config)}: ${crash.detail}.${lastWords(crash)}`,
      advice,
    );
  await seen(stage, 'ready', 'become ready with a config made from its fields');
  return `${fields.length} fields`;
}

async function defineSensibly({ connection }: Stage, host: CompanionHost): Promise<string> {
  const view = host.view(connection.id);
  const fields = await companion(connection).getConfigFields();
  const faults = [...fieldFaults('config', fields), ...definitionFaults(view)];
  if (faults.length > 0)
    throw new Failure(
      list(faults),
      'People can choose these, and then find that they don’t work. Correct the definitions.',
    );
  const { actions, feedbacks, presets, variables } = view;
  return `${actions.size} actions, ${feedbacks.size} feedbacks, ${presets.all.size} presets, ${variables.size} variables`;
}

async function killAmidst(stage: Stage, host: CompanionHost): Promise<string> {
  const victim = await seen(stage, 'ready', 'become ready');
  const [action] = host.view(stage.connection.id).actions.values();
  if (action === undefined) return 'it defines none';
  const { config: options } = exampleValues(action.fields);
  const instance = {
    id: 'checked',
    controlId: 'checked',
    actionId: action.id,
    options,
    upgradeIndex: null,
    disabled: false,
  };
  // Lost with its process, or done before.
  host
    .controls(stage.connection.id)
    .execute(instance)
    .catch(() => undefined);
  return killAndRecover(stage, victim);
}

async function killWhileStopping(stage: Stage): Promise<string> {
  const { incarnation } = await seen(stage, 'ready', 'become ready');
  const killed = new Promise<string>((resolve, reject) => {
    const unsubscribe = stage.connection.subscribe((now) => {
      if (now.state !== 'stopping' || now.incarnation !== incarnation) return;
      unsubscribe();
      killAndRecover(stage, now).then(resolve, reject);
    });
    readyAfter(stage, incarnation).catch(reject);
  });
  stage.connection.restart();
  return killed;
}

/** Of its last start, and of its process as it is now. */
async function measure(stage: Stage): Promise<string> {
  await seen(stage, 'ready', 'become ready');
  const at = (state: string): number => stage.entered.get(state) ?? 0;
  const registered = Math.round(at('initialising') - at('spawning'));
  const initialised = Math.round(at('ready') - at('initialising'));
  // Measuring is no change of a status that anybody is told of.
  for (let times = 0; times < 20 && stage.connection.status.resources === null; times++) await wait(100);
  const { resources } = stage.connection.status;
  const memory =
    resources === null ? 'memory unknown here' : `${Math.round(resources.rss / 2 ** 20)} MiB of memory`;
  return `registered ${registered} ms after its start, ready ${initialised} ms later, ${memory}`;
}

function list(faults: readonly string[]): string {
  return faults
    .slice(0, 10)
    .map((fault) => `\n    ${fault}`)
    .join('')
    .trimStart();
}
