import type { AnyStateMachine } from 'xstate';
import { statesOf, tableOf } from './connection-page.ts';

/** `docs/spare.md`, made from the machine. */
export function sparePage(machine: AnyStateMachine): string {
  return `# The spare

With [standby](embedding.md#standby) a process waits for whichever connection of its kind needs it first. Each kind is one XState actor with this chart, which owns that process until it is taken; [why it is
nobody's until then](decisions/0017-spares-are-nobodys.md). The page is made from the machine itself by \`npx vitest run test/docs -u\`, and a test fails when it is out of date.

## States

${statesOf(machine)}

## Every event in every state

**→** names the state it leads to; what stands before it in brackets is the guard, and the first candidate that holds is taken. **ok**: nothing changes, and that is right. \`ˢ\`: first of all, what belongs to a process that is over changes nothing.

${tableOf(machine)}
`;
}
