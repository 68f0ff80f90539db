import type { ConnectionState } from '../../index.ts';
import type { Row } from './board.ts';
import type { Style } from './paint.ts';
import { stateName } from './words.ts';

/** How a state looks: each has a mark that tells it from the others without colours. */
export interface Look {
  readonly mark: string;
  readonly style: Style;
  /** What it is counted as. */
  readonly counted: string;
}

export function lookOf(state: ConnectionState): Look {
  const look = looks[state] ?? onTheWay;
  return { counted: stateName(state), ...look };
}

/** Whether it wants nobody: it is ready and well, off, or on its way. */
export function isCalm({ status: { state, reason }, says }: Pick<Row, 'status' | 'says'>): boolean {
  if (state === 'ready') return reason === null && (says === null || says.level === 'ok');
  return lookOf(state).style !== 'red' && state !== 'suspect';
}

/** How many of each kind, in the order in which they come: `2 failed, 97 ready`. */
export function counted(rows: readonly Row[]): { readonly text: string; readonly style: Style }[] {
  const numbers = new Map<string, { count: number; style: Style }>();
  for (const { status } of rows) {
    const look = lookOf(status.state);
    const known = numbers.get(look.counted);
    numbers.set(look.counted, { count: (known?.count ?? 0) + 1, style: look.style });
  }
  return [...numbers].map(([name, { count, style }]) => ({ text: `${count} ${name}`, style }));
}

const onTheWay = { mark: '◔', style: 'yellow', counted: 'starting' } as const;
const off = { mark: '–', style: 'gray' } as const;

const looks: Partial<Readonly<Record<ConnectionState, Omit<Look, 'counted'> & { counted?: string }>>> = {
  ready: { mark: '●', style: 'green' },
  suspect: { mark: '◐', style: 'yellow' },
  failed: { mark: '✗', style: 'red' },
  misconfigured: { mark: '✗', style: 'red' },
  backingOff: { mark: '◌', style: 'red' },
  puttingDown: { mark: '◌', style: 'red' },
  stopping: { mark: '◔', style: 'yellow', counted: 'stopping' },
  queued: { mark: '◔', style: 'yellow', counted: 'queued' },
  disabled: off,
  removed: off,
};
