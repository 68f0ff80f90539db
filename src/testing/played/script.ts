import { GreenroomError } from '../../errors.ts';
import type { Act } from '../acts.ts';
import type { Life } from '../life.ts';

/** What a played process is told to do; it finds it in its environment as JSON. */
export interface Script extends Pick<Life, 'deafTo' | 'endsAfter' | 'configure'> {
  readonly acts: readonly Act[];
  /** The file it writes down what it does and hears. */
  readonly diary?: string;
  /** The socket over which it is told to do more. */
  readonly remote?: string;
}

/**
 * The part of a life that a process plays itself.
 * @throws {GreenroomError} `MODULE_INVALID` when a process of the operating system can't live such a life.
 */
export function scriptOf(life: Life): Script {
  const why = reasons.find(({ holds }) => holds(life))?.why;
  if (why !== undefined)
    throw new GreenroomError('MODULE_INVALID', `A real process can’t live this life: ${why}.`);
  const { acts, deafTo = [], endsAfter, configure } = life;
  return {
    acts,
    deafTo,
    ...(endsAfter === undefined ? {} : { endsAfter }),
    ...(configure === undefined ? {} : { configure }),
  };
}

const reasons: readonly { readonly why: string; readonly holds: (life: Life) => boolean }[] = [
  {
    why: '`calls` are functions, which can’t be given to another process',
    holds: ({ calls }) => calls !== undefined,
  },
  {
    why: 'nobody can make the operating system slow; delay the `preparation` instead of the `spawn`',
    holds: ({ spawn = {} }) => spawn === 'never' || spawn.after !== undefined,
  },
  { why: 'nobody is deaf to SIGKILL', holds: ({ deafTo = [] }) => deafTo.includes('SIGKILL') },
  {
    why: '`reports` and `savesConfig` are done by the host’s side of a fake process',
    holds: ({ acts }) => acts.some(({ does }) => does === 'reports' || does === 'savesConfig'),
  },
];
