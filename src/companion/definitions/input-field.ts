import { fieldsOf } from '../fields.ts';
import { byId, listIn, numberOrNull, text, textsIn } from './read.ts';

/** A field of a config, an action or a feedback; the same in every version of the module API. */
export interface Field {
  readonly id: string;
  /** What kind of input: `textinput`, `number`, `checkbox`, `dropdown`, `multidropdown`, `colorpicker`, `static-text`, `secret-text`, `custom-variable`, `bonjour-device`, or what a later version adds. */
  readonly type: string;
  /** Default ''. */
  readonly label: string;
  /** Shown beside the field; null for none. */
  readonly tooltip: string | null;
  /** Shown under the field; null for none, as always before 1.13. */
  readonly description: string | null;
  /** What the module takes when nothing was entered; undefined for none. Of a dropdown it may be no choice. */
  readonly default: unknown;
  /** The value belongs into `secrets`: fields of the types `secret…`, from 1.13. */
  readonly isSecret: boolean;
  /** Something must be entered: `required` in 1.x, a `minLength` above 0 in 2.x. Modules get what was entered all the same. */
  readonly isRequired: boolean;
  /** The user may write variables in it, which the app fills in before the module gets it from 1.13 on. Default false. */
  readonly takesVariables: boolean;
  /** When it is to be shown; null is always. */
  readonly visibility: Visibility | null;
  /** A regular expression for what may be entered, as the module wrote it; null for any. */
  readonly regex: string | null;
  /** Of dropdowns, else empty. */
  readonly choices: readonly Choice[];
  /** Of dropdowns: something that is no choice may be entered. Default false. */
  readonly takesOthers: boolean;
  /** Of numbers, and how many may be selected of `multidropdown`s; null for no limit. */
  readonly min: number | null;
  readonly max: number | null;
  /** Of numbers; null for any. */
  readonly step: number | null;
  /** Of config fields: how many of twelve columns; null elsewhere. */
  readonly width: number | null;
  /** Of `static-text`: what is shown; null elsewhere. */
  readonly value: string | null;
  /** All that the module said, for what only some versions have. */
  readonly original: Readonly<Record<string, unknown>>;
}

/** What can be chosen in a dropdown. */
export interface Choice {
  readonly id: unknown;
  /** Default: the id. */
  readonly label: string;
}

/** Source text of the module. Never evaluate a `function` in the process of the app: it would run with the app's rights. */
export interface Visibility {
  /** `function`: of JavaScript, over the options (up to 1.14); `expression`: of Companion's language (from 1.12). */
  readonly kind: 'function' | 'expression';
  readonly source: string;
  /** What a function gets as its second argument; undefined for nothing. */
  readonly data: unknown;
}

/** Reads a list of fields, whatever it is: entries without an id are left out, of two with the same id the later counts. */
export function readFields(list: unknown): readonly Field[] {
  return [...byId(list, readField).values()];
}

function readField(id: string, fields: ReadonlyMap<string, unknown>): Field {
  const type = text(fields.get('type'), 'textinput');
  return {
    id,
    type,
    label: text(fields.get('label'), ''),
    tooltip: text(fields.get('tooltip'), null),
    description: text(fields.get('description'), null),
    default: fields.get('default') ?? undefined,
    isSecret: type.startsWith('secret'),
    ...rulesOf(fields),
    visibility: visibilityOf(fields),
    choices: listIn(fields.get('choices')).map(readChoice),
    takesOthers: fields.get('allowCustom') === true,
    width: numberOrNull(fields.get('width')),
    value: type === 'static-text' ? text(fields.get('value'), '') : null,
    original: Object.fromEntries(fields),
  };
}

function rulesOf(fields: ReadonlyMap<string, unknown>) {
  return {
    isRequired: fields.get('required') === true || (numberOrNull(fields.get('minLength')) ?? 0) > 0,
    takesVariables: Boolean(fields.get('useVariables')),
    regex: text(fields.get('regex'), null) || null,
    min: numberOrNull(fields.get('min') ?? fields.get('minSelection')),
    max: numberOrNull(fields.get('max') ?? fields.get('maxSelection')),
    step: numberOrNull(fields.get('step')),
  };
}

/** `isVisibleFn` is a function where no type is given, as before 1.12; 2.x says `isVisibleExpression`. */
function visibilityOf(fields: ReadonlyMap<string, unknown>): Visibility | null {
  const expression = fields.get('isVisibleExpression');
  if (typeof expression === 'string') return { kind: 'expression', source: expression, data: undefined };
  const source = fields.get('isVisibleFn');
  if (typeof source !== 'string') return null;
  const kind = fields.get('isVisibleFnType') === 'expression' ? 'expression' : 'function';
  return { kind, source, data: fields.get('isVisibleData') ?? undefined };
}

/** Some modules write a choice as a plain text. */
function readChoice(choice: unknown): Choice {
  if (typeof choice !== 'object' || choice === null) return { id: choice, label: shown(choice) };
  const fields = fieldsOf(choice);
  return { id: fields.get('id'), label: text(fields.get('label'), shown(fields.get('id'))) };
}

function shown(value: unknown): string {
  return typeof value === 'string' ? value : (JSON.stringify(value) ?? '');
}

/** The ids of fields, or null where the module names none. */
export function fieldIds(value: unknown): readonly string[] | null {
  return Array.isArray(value) ? textsIn(value) : null;
}
