import type { AnyStateMachine } from 'xstate';
import { initialContext } from '../../src/machines/connection-context.ts';
import { defaultPolicy } from '../../src/machines/policy.ts';
import {
  allNodes,
  eventsOf,
  stateTable,
  type Candidate,
  type Cell,
  type Row,
} from '../../src/testing/table.ts';
import { timers } from '../../src/machines/timers.ts';

const sample = initialContext({ id: 'sample', label: 'sample', policy: defaultPolicy, at: 0 });
const staleGuards = new Set(['isStale', 'isStaleStart']);
const orders = new Set(['enable', 'disable', 'restart', 'configure', 'remove']);

/** `docs/connection.md`, made from the machine. */
export function connectionPage(machine: AnyStateMachine): string {
  return `# The connection

Each module connection is one XState actor with this chart. The page is made from the machine itself by \`npx vitest run test/docs -u\`, and a
test fails when it is out of date. The situations that \`status.state\` names are the leaves of the chart, with two exceptions: everything in
\`ending\` is called \`stopping\` (or \`puttingDown\` while \`next\` is \`toRecover\`), and \`initialising.waiting\` is \`initialising\`.

![The statechart of a connection](connection.svg)

Not drawn, because they are the same wherever no process lives: \`disable\` leads to \`disabled\`, \`remove\` to \`removed\`, \`enable\`, \`restart\` and a
change of config or module to \`preparing\`. A spawn that fails is drawn like an exit. An actor that breaks, which would be a bug of this library, leads to \`failed\`.

## States

${statesOf(machine)}

## Timers

Every number is an option of the connection's policy; milliseconds.

| timer | in | leads to | default |
|---|---|---|---|
${timerLines(machine).join('\n')}

## Every event in every state

- \`ˢ\` first of all, what belongs to another incarnation (or another start) is discarded as *stale*. **discard** means: not acted upon, counted in \`status.discarded\`, and told by the event \`discarded\`.
- **→** names the state it leads to; what stands before it in brackets is the guard, and the first candidate that holds is taken.
- **reject**: the one who gave the order gets an error that says why. **ok**: nothing changes, and that is right.
- Other words are what is done while the state stays.

${tableOf(machine)}
`;
}

/** The states of a machine, and what is true in each. */
export function statesOf(machine: AnyStateMachine): string {
  return `| state | what is true | tags |
|---|---|---|
${allNodes(machine.root).filter(isDescribed).map(stateLine).join('\n')}`;
}

function isDescribed({
  description,
  path,
}: {
  description?: string | undefined;
  path: readonly string[];
}): boolean {
  return path.length > 0 && description !== undefined;
}

function stateLine(node: ReturnType<typeof allNodes>[number]): string {
  const indent = '&nbsp;'.repeat(4 * (node.path.length - 1));
  return `| ${indent}\`${node.key}\` | ${node.description} | ${node.tags.join(', ') || '–'} |`;
}

function timerLines(machine: AnyStateMachine): string[] {
  return allNodes(machine.root).flatMap((node) =>
    node.after.map(({ delay, target, guard }) => {
      const to = (target ?? []).map(({ key }) => `\`${key}\``).join(' + ') || 'stays';
      const condition = guard === undefined ? '' : ` [${guardName(guard)}]`;
      return `| \`${String(delay)}\` | \`${node.path.join('.')}\` |${condition} ${to} | ${defaultOf(String(delay))} |`;
    }),
  );
}

function guardName(guard: unknown): string {
  return typeof guard === 'string' ? guard : (guard as { type: string }).type;
}

function defaultOf(timer: string): string {
  if (timer === 'restartDelay')
    return '0 after the first crash of a stable module, then 1000 doubling to 60 000, ±20 %';
  return String(timers[timer as keyof typeof timers](sample));
}

/** Every event in every state of a machine. */
export function tableOf(machine: AnyStateMachine): string {
  const events = eventsOf(machine);
  const rows = stateTable(machine, events);
  const head = ['state', ...events.map((event) => `\`${event}\``)];
  return [
    line(head),
    line(head.map(() => '---')),
    ...rows.map((row) => line([`\`${row.state}\``, ...row.cells.map((cell) => text(row, cell))])),
  ].join('\n');
}

function line(cells: readonly string[]): string {
  return `| ${cells.join(' | ')} |`;
}

/** What a cell of the table says. */
function text(row: Row, { event, candidates, region }: Cell): string {
  if (row.isFinal) return orders.has(event) ? 'reject: `CONNECTION_REMOVED`' : 'nobody listens any more';
  if (region !== null) return `see \`${region.split('.').at(-1)}\``;
  const own = candidates.filter(({ guard }) => guard === null || !staleGuards.has(guard));
  const isGuarded = own.length < candidates.length;
  return `${isGuarded ? 'ˢ ' : ''}${own.map(outcome).join('; ')}`;
}

function outcome({ guard, targets, actions, description, transition }: Candidate): string {
  const condition = guard === null ? '' : `[${guardText(guard, transition.guard)}] `;
  if (targets.length > 0)
    return `${condition}→ ${targets.map((target) => `\`${target.split('.').at(-1)}\``).join(' + ')}`;
  const discarded = transition.actions.map(reasonOf).find((reason) => reason !== null);
  if (discarded !== undefined) return `${condition}discard: *${discarded}*`;
  if (actions.includes('reportRejected')) return `${condition}reject: ${description}`;
  if (actions.length === 0) return `${condition}ok: ${description}`;
  return condition + transition.actions.map(actionText).join(', ');
}

function guardText(name: string, guard: unknown): string {
  const { params } = guard as { params?: unknown };
  if (typeof params !== 'function') return name;
  return paramsText(name, params as (args: object) => Record<string, unknown>);
}

// A guard that asks for a fact of the event shows which: its parameters are asked with an event that has all of them.
function paramsText(name: string, params: (args: object) => Record<string, unknown>): string {
  const shown = params({
    event: { tokenValid: true, versionSupported: true, fatal: true, message: { early: true } },
  });
  if (name === 'leadsTo') return String(shown['aftermath']);
  return name === 'is' ? (/!?event\.(\w+)/.exec(params.toString())?.[0].replace('event.', '') ?? name) : name;
}

function reasonOf(action: unknown): string | null {
  const { type, params } = action as { type?: string; params?: { reason?: string } };
  return type === 'countDiscarded' ? (params?.reason ?? null) : null;
}

function actionText(action: unknown): string {
  if (typeof action === 'string') return action;
  const { type, params } = action as { type: string; params?: unknown };
  if (type !== 'tell') return type;
  const given = typeof params === 'function' ? (params as (args: object) => unknown)({ event: {} }) : params;
  return (given as { order: { type: string } }).order.type;
}
