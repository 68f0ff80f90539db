import { levelOf, type Sdk, sdk2, sdkVersions } from './sdk.ts';

interface Feature {
  readonly title: string;
  /** The first minor version of 1.x that has it; -1 is all, 200 is 2.0. */
  readonly from: number;
  /** The first one that has it no more, or leaves it to the host. */
  readonly until?: number;
  /** What stands where it is. Default ✓. */
  readonly within?: string;
  /** What stands where it isn't. Default –. */
  readonly without?: string;
}

/** What versions of the SDK differ in; the conformance suites ask here what to expect, and the table of docs/companion.md is made from it. */
const features = {
  life: { title: 'register, init, a new config, destroy, heartbeat', from: -1 },
  definitions: {
    title: 'actions, feedbacks, variables, presets, config fields, log lines, statuses',
    from: -1,
  },
  calls: { title: 'execute, learn, record, HTTP, OSC, `saveConfig`, custom variables', from: -1 },
  'subscribe on update': { title: 'actions on controls are subscribed', from: 0 },
  'upgraded items': { title: 'the app learns what became of old actions and feedbacks', from: 1 },
  'variables in feedbacks': { title: 'variables in feedbacks, and their changes', from: 1 },
  labels: { title: 'a new label reaches a running module', from: 2, without: 'at the next start' },
  'shared UDP': { title: 'shared UDP sockets', from: 8 },
  'recorded delays': { title: 'recorded actions have delays', from: 9 },
  'controls of variables': { title: 'custom variables say which control set them', from: 12 },
  permissions: { title: 'permissions', from: 12 },
  'asks for variables': {
    title: 'the module asks for variables in texts (`parseVariablesInString`)',
    from: -1,
    until: 200,
    without: 'filled in before',
  },
  'host fills': { title: 'the host fills variables into options, and upgrades by a call', from: 13 },
  secrets: { title: 'secrets', from: 13 },
  layouts: { title: 'the module may want the old layout of its config fields', from: 14 },
  'action results': { title: 'an action that fails is an answer on the wire', from: 14, without: 'an error' },
  expressions: { title: 'expressions in options', from: 200, within: 'left to the app' },
  'missing permissions': { title: 'the status `insufficient_permissions`', from: 200 },
  'own entry': { title: 'the process runs our entry, and leaves by itself', from: 200 },
} satisfies Record<string, Feature>;

/** Whether a version of the SDK has this. */
export function has(name: keyof typeof features, sdk: Sdk): boolean {
  const { from, until = Number.POSITIVE_INFINITY }: Feature = features[name];
  return levelOf(sdk) >= from && levelOf(sdk) < until;
}

/** The table of docs/companion.md: a column for each run of versions that have the same. */
export function supportTable(): string {
  const columns = runs([...sdkVersions, sdk2]);
  const head = ['feature', ...columns.map(titleOf)];
  const rows = Object.entries(features).map(([name, feature]) => [
    feature.title,
    ...columns.map(([sdk]) => cellOf(name as keyof typeof features, feature, sdk!)),
  ]);
  return [head, head.map(() => '---'), ...rows].map((cells) => `| ${cells.join(' | ')} |`).join('\n');
}

function runs(sdks: readonly Sdk[]): Sdk[][] {
  const kinds: Sdk[][] = [];
  for (const sdk of sdks) {
    const last = kinds.at(-1);
    if (last && sameFeatures(last[0]!, sdk)) last.push(sdk);
    else kinds.push([sdk]);
  }
  return kinds;
}

function sameFeatures(a: Sdk, b: Sdk): boolean {
  const names = Object.keys(features) as (keyof typeof features)[];
  return names.every((name) => has(name, a) === has(name, b));
}

function titleOf(run: readonly Sdk[]): string {
  const minor = ({ version }: Sdk): string => version.split('.', 2).join('.');
  const [first, last] = [minor(run[0]!), minor(run.at(-1)!)];
  return first === last ? first : `${first}–${last}`;
}

function cellOf(name: keyof typeof features, { within = '✓', without = '–' }: Feature, sdk: Sdk): string {
  return has(name, sdk) ? within : without;
}
