import { readActions } from '../definitions/action.ts';
import { readFeedbacks } from '../definitions/feedback.ts';
import { type LogLine, readLogLine } from '../definitions/log-line.ts';
import { readPresets } from '../definitions/preset.ts';
import { readSections } from '../definitions/preset-section.ts';
import { readStatus } from '../definitions/status.ts';
import { readValues, readVariables } from '../definitions/variable.ts';
import { fieldsOf } from '../fields.ts';
import type { CompanionInitialised } from '../init.ts';
import type { Facts } from './said.ts';

/** What one notification of a module says. */
export interface Heard {
  readonly facts?: Partial<Facts>;
  readonly values?: ReadonlyMap<string, unknown>;
  readonly feedbackValues?: ReadonlyMap<string, unknown>;
  readonly log?: LogLine;
}

/** Reads a notification, whatever it carries; null for those that say nothing of how things are. */
export function hear({ name, payload }: { readonly name: string; readonly payload: unknown }): Heard | null {
  return readers.get(name)?.(fieldsOf(payload), payload) ?? null;
}

type Reader = (fields: ReadonlyMap<string, unknown>, payload: unknown) => Heard;

const readers: ReadonlyMap<string, Reader> = new Map<string, Reader>([
  ['companion.initialised', (_, payload) => ({ facts: { initialised: payload as CompanionInitialised } })],
  ['set-status', (fields) => ({ facts: { status: readStatus(fields) } })],
  ['setActionDefinitions', (fields) => ({ facts: { actions: readActions(fields.get('actions')) } })],
  ['setFeedbackDefinitions', (fields) => ({ facts: { feedbacks: readFeedbacks(fields.get('feedbacks')) } })],
  [
    'setPresetDefinitions',
    (fields) => {
      const presets = fields.get('presets');
      const sections = readSections(presets, fields.get('structure'));
      return { facts: { presets: { all: readPresets(presets), sections } } };
    },
  ],
  [
    'setVariableDefinitions',
    (fields) => ({
      facts: { variables: readVariables(fields.get('variables')) },
      values: readValues(fields.get('newValues')),
    }),
  ],
  ['setVariableValues', (fields) => ({ values: readValues(fields.get('newValues')) })],
  ['updateFeedbackValues', (fields) => ({ feedbackValues: readValues(fields.get('values')) })],
  ['log-message', (fields) => ({ log: readLogLine(fields) })],
]);
