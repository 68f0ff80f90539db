import { isDeepStrictEqual } from 'node:util';
import type { Action } from './action.ts';
import type { Feedback } from './feedback.ts';
import type { Field } from './input-field.ts';
import type { Preset } from './preset.ts';
import type { PresetSection } from './preset-section.ts';

/** What a module defined. */
export interface Definitions {
  readonly actions: ReadonlyMap<string, Action>;
  readonly feedbacks: ReadonlyMap<string, Feedback>;
  readonly presets: {
    readonly all: ReadonlyMap<string, Preset>;
    readonly sections: readonly PresetSection[];
  };
}

/** What people will stumble over in these definitions, each in a sentence for the author of the module; none is the best. */
export function definitionFaults({ actions, feedbacks, presets }: Definitions): string[] {
  return [
    ...[...actions.values()].flatMap(({ id, fields }) => fieldFaults(`action ${id}`, fields)),
    ...[...feedbacks.values()].flatMap(({ id, fields }) => fieldFaults(`feedback ${id}`, fields)),
    ...[...presets.all.values()].flatMap((preset) => presetFaults(preset, actions, feedbacks)),
    ...presets.sections.flatMap((section) => sectionFaults(section, presets.all)),
  ];
}

/** The same for one list of fields. */
export function fieldFaults(owner: string, fields: readonly Field[]): string[] {
  return fields.flatMap((field) => {
    const where = `${owner}, field ${field.id}`;
    return [
      hasForeignDefault(field)
        ? `${where}: its default ${JSON.stringify(field.default)} is none of its choices`
        : null,
      isOutside(field)
        ? `${where}: its default ${JSON.stringify(field.default)} is not between its limits`
        : null,
      isNoRegex(field) ? `${where}: its regex ${String(field.regex)} is none` : null,
    ].filter((fault) => fault !== null);
  });
}

function hasForeignDefault({ type, choices, takesOthers, default: value }: Field): boolean {
  if (type !== 'dropdown' || takesOthers || value === undefined) return false;
  return !choices.some(({ id }) => isDeepStrictEqual(id, value));
}

function isOutside({ type, min, max, default: value }: Field): boolean {
  if (type !== 'number' || typeof value !== 'number') return false;
  return value < (min ?? value) || value > (max ?? value);
}

/** Written as `/…/flags`. */
function isNoRegex({ regex }: Field): boolean {
  if (regex === null) return false;
  const [, source = regex, flags = ''] = /^\/(.*)\/([a-z]*)$/s.exec(regex) ?? [];
  try {
    return !(new RegExp(source, flags) instanceof RegExp);
  } catch {
    return true;
  }
}

function presetFaults(
  { id, steps, feedbacks: shown }: Preset,
  actions: Definitions['actions'],
  feedbacks: Definitions['feedbacks'],
): string[] {
  const done = steps.flatMap(({ down, up, rotateLeft, rotateRight, held }) =>
    [down, up, rotateLeft, rotateRight, ...held.map((each) => each.actions)].flat(),
  );
  const unknownActions = done.map(({ actionId }) => actionId).filter((actionId) => !actions.has(actionId));
  const unknownFeedbacks = shown.map(({ feedbackId }) => feedbackId).filter((known) => !feedbacks.has(known));
  return [
    ...[...new Set(unknownActions)].map((actionId) => `preset ${id}: there is no action ${actionId}`),
    ...[...new Set(unknownFeedbacks)].map((feedbackId) => `preset ${id}: there is no feedback ${feedbackId}`),
  ];
}

function sectionFaults({ name, groups }: PresetSection, presets: Definitions['presets']['all']): string[] {
  const missing = groups.flatMap((group) => group.presets).filter((id) => !presets.has(id));
  return [...new Set(missing)].map((id) => `section ${name} of the presets: there is no preset ${id}`);
}
