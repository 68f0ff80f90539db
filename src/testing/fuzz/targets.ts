import type * as fc from 'fast-check';
import { companionProtocol } from '../../companion/protocol.ts';
import { nativeProtocol } from '../../native/protocol.ts';
import type { Protocol } from '../../process/protocol.ts';
import { anyFrame, type Dialect } from './any-frame.ts';
import { companionDialect, hostDialect, nativeDialect } from './dialects.ts';
import type { FuzzFrame } from './frame.ts';
import { frameBytes, hostSubject } from './host-subject.ts';
import { moduleSubject } from './module-subject.ts';
import { companionSpeech, nativeSpeech, type Speech } from './speech.ts';
import type { Subject } from './subject.ts';
import type { WireKind } from './wires.ts';

/** Something to be fuzzed. */
export interface FuzzTarget {
  readonly name: string;
  readonly frames: fc.Arbitrary<FuzzFrame>;
  open(): Subject;
}

/** A session of this protocol, behind this channel, under a statechart and a manager. */
export function hostTarget(
  name: string,
  {
    kind,
    protocol,
    speech,
    dialect,
  }: { kind: WireKind; protocol: () => Protocol; speech: Speech; dialect: Dialect },
): FuzzTarget {
  return { name, frames: anyFrame(dialect), open: () => hostSubject({ kind, protocol, speech }) };
}

const kinds: readonly WireKind[] = ['lines', 'stdio', 'owned', 'node'];

const bases: readonly (readonly [version: string, ids: 'text' | 'number'])[] = [
  ['0.5.1', 'text'],
  ['1.4.3', 'text'],
  ['1.8.0', 'number'],
  ['1.11.3', 'number'],
  ['1.12.1', 'number'],
  ['1.13.6', 'number'],
  ['1.14.1', 'number'],
];

/** Every channel with our own protocol, on both sides, and every dialect of Companion's. */
export const targets: readonly FuzzTarget[] = [
  ...kinds.map((kind) =>
    hostTarget(`native-${kind}`, {
      kind,
      protocol: nativeProtocol,
      speech: nativeSpeech,
      dialect: nativeDialect,
    }),
  ),
  ...bases.map(([version, ids]) => companionTarget(`companion-${version}`, 'owned', version, ids)),
  companionTarget('companion-node', 'node', '1.14.1', 'number'),
  ...kinds
    .filter((kind) => kind !== 'owned')
    .map((kind) => ({
      name: `module-${kind}`,
      frames: anyFrame(hostDialect),
      open: () => moduleSubject(kind, frameBytes),
    })),
];

function companionTarget(name: string, kind: WireKind, version: string, ids: 'text' | 'number'): FuzzTarget {
  const speech = companionSpeech(version, ids);
  return hostTarget(name, {
    kind,
    protocol: () => companionProtocol(),
    speech,
    dialect: companionDialect(version, ids),
  });
}
