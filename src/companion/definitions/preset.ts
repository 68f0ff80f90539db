import { fieldsOf } from '../fields.ts';
import type { OptionValues } from '../payloads.ts';
import { tidyOptions } from '../raw-options.ts';
import { byId, objectsIn, text, textsIn } from './read.ts';
import { readSteps, type Step } from './preset-step.ts';
import { readStyle, type Style } from './style.ts';

/** A control that a module suggests; the same in every version of the module API. Texts that 1.x has among its presets are in the groups of the sections. */
export interface Preset {
  readonly id: string;
  /** Default: the id. */
  readonly name: string;
  readonly style: Style;
  /** How it looks in a list, where it differs. Default `{}`. */
  readonly previewStyle: Style;
  /** What it does, one after the other; one press, one step. */
  readonly steps: readonly Step[];
  /** A press goes on to the next step. Default true. */
  readonly goesOn: boolean;
  /** It is to be turned as well as pressed. Default: whether a step has something to do then; 2.x doesn't say. */
  readonly isRotary: boolean;
  readonly feedbacks: readonly PresetFeedback[];
  /** To be found by, from 2.0. Default none. */
  readonly keywords: readonly string[];
  /** Variables of its own, from 2.0: their names and first values. */
  readonly localVariables: ReadonlyMap<string, unknown>;
}

/** A feedback of a suggested control. */
export interface PresetFeedback {
  readonly feedbackId: string;
  /** Plain, but for expressions: `{ isExpression: true, value }` (2.0). */
  readonly options: OptionValues;
  readonly style: Style;
  /** Default false. */
  readonly isInverted: boolean;
  /** Null for none. */
  readonly headline: string | null;
}

/** Reads the `presets` of `setPresetDefinitions`, whatever they are; texts aren't presets. */
export function readPresets(list: unknown): ReadonlyMap<string, Preset> {
  return byId(
    objectsIn(list)
      .filter((fields) => fields.get('type') !== 'text')
      .map((fields) => Object.fromEntries(fields)),
    readPreset,
  );
}

function readPreset(id: string, fields: ReadonlyMap<string, unknown>): Preset {
  const options = fieldsOf(fields.get('options'));
  const steps = readSteps(fields.get('steps'));
  return {
    id,
    name: text(fields.get('name'), id),
    style: readStyle(fieldsOf(fields.get('style'))),
    previewStyle: readStyle(fieldsOf(fields.get('previewStyle'))),
    steps,
    goesOn: options.get('stepAutoProgress') !== false,
    isRotary: options.get('rotaryActions') === true || steps.some(turns),
    feedbacks: objectsIn(fields.get('feedbacks')).map(readFeedback),
    keywords: textsIn(fields.get('keywords')),
    localVariables: new Map(
      objectsIn(fields.get('localVariables')).flatMap((variable) => {
        const name = variable.get('variableName');
        return typeof name === 'string' ? [[name, variable.get('startupValue')] as const] : [];
      }),
    ),
  };
}

function turns({ rotateLeft, rotateRight }: Step): boolean {
  return rotateLeft.length + rotateRight.length > 0;
}

function readFeedback(fields: ReadonlyMap<string, unknown>): PresetFeedback {
  return {
    feedbackId: text(fields.get('feedbackId'), ''),
    options: tidyOptions(Object.fromEntries(fieldsOf(fields.get('options')))),
    style: readStyle(fieldsOf(fields.get('style'))),
    isInverted: fields.get('isInverted') === true,
    headline: text(fields.get('headline'), null),
  };
}
