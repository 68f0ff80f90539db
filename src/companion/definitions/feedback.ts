import { fieldsOf } from '../fields.ts';
import { readHead } from './action.ts';
import { type Field, readFields } from './input-field.ts';
import { byId } from './read.ts';
import { readStyle, type Style } from './style.ts';

/** Something a module can show, as it is offered to people; the same in every version of the module API. */
export interface Feedback {
  readonly id: string;
  /** `boolean`: on or off; `value`: any value, from 1.13; `advanced`: a style or a picture. Default `boolean`. */
  readonly type: 'boolean' | 'value' | 'advanced';
  /** Default: the id. */
  readonly name: string;
  /** By which it is sorted, from 2.0. Default: the name. */
  readonly sortName: string;
  /** Null for none. */
  readonly description: string | null;
  readonly fields: readonly Field[];
  /** What a boolean one changes of a control while it is on. Default `{}`. */
  readonly defaultStyle: Style;
  /** The app may offer to invert it, and then inverts the value itself, since no base does: boolean ones, unless the module says otherwise. */
  readonly canInvert: boolean;
  /** Its options can be learnt from the device: `learnFeedback`. */
  readonly hasLearn: boolean;
  /** Milliseconds that learning may take. Default 5000, as always before 1.7. */
  readonly learnTimeout: number;
}

/** Reads the payload of `setFeedbackDefinitions`, whatever it is. */
export function readFeedbacks(list: unknown): ReadonlyMap<string, Feedback> {
  return byId(list, (id, fields) => {
    const type = typeOf(fields.get('type'));
    return {
      ...readHead(id, fields),
      type,
      fields: readFields(fields.get('options')),
      defaultStyle: readStyle(fieldsOf(fields.get('defaultStyle'))),
      canInvert: type === 'boolean' && fields.get('showInvert') !== false,
    };
  });
}

function typeOf(type: unknown): Feedback['type'] {
  return type === 'value' || type === 'advanced' ? type : 'boolean';
}
