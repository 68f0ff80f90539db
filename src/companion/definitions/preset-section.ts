import { fieldsOf } from '../fields.ts';
import { listIn, objectsIn, text } from './read.ts';

/** A section of the list of presets: a category of 1.x, or a section of 2.x. */
export interface PresetSection {
  /** In 1.x its name. */
  readonly id: string;
  readonly name: string;
  /** Null for none, as always in 1.x. */
  readonly description: string | null;
  readonly groups: readonly PresetGroup[];
}

/** Presets under one heading. */
export interface PresetGroup {
  /** In 1.x the id of the text; null for those before the first heading. */
  readonly id: string | null;
  /** Null for none. */
  readonly name: string | null;
  /** Null for none. */
  readonly description: string | null;
  /** Ids, in their order; one of a template stands for as many as it has values. */
  readonly presets: readonly string[];
  /** One preset, once with each value of one of its variables (2.0); null for others. */
  readonly template: PresetTemplate | null;
}

/** How one preset becomes many. */
export interface PresetTemplate {
  /** The local variable that differs. */
  readonly variable: string;
  readonly values: readonly { readonly name: string | null; readonly value: unknown }[];
  /** Local variables that all have. */
  readonly shared: Readonly<Record<string, unknown>>;
}

/** Reads `setPresetDefinitions`: its `structure` where there is one, else the categories of its `presets`. */
export function readSections(presets: unknown, structure: unknown): readonly PresetSection[] {
  return Array.isArray(structure) ? objectsIn(structure).map(readSection) : categoriesOf(presets);
}

function readSection(fields: ReadonlyMap<string, unknown>): PresetSection {
  const definitions = listIn(fields.get('definitions'));
  const plain = definitions.filter((entry) => typeof entry === 'string');
  const groups = objectsIn(definitions).map(readGroup);
  return {
    id: text(fields.get('id'), ''),
    name: text(fields.get('name'), ''),
    description: text(fields.get('description'), null),
    groups: plain.length > 0 ? [withoutHeading(plain), ...groups] : groups,
  };
}

function readGroup(fields: ReadonlyMap<string, unknown>): PresetGroup {
  const isTemplate = fields.get('type') === 'template';
  const presets = isTemplate ? [fields.get('presetId')] : listIn(fields.get('presets'));
  return {
    id: text(fields.get('id'), null),
    name: text(fields.get('name'), null),
    description: text(fields.get('description'), null),
    presets: presets.filter((id) => typeof id === 'string'),
    template: isTemplate ? readTemplate(fields) : null,
  };
}

function readTemplate(fields: ReadonlyMap<string, unknown>): PresetTemplate {
  return {
    variable: text(fields.get('templateVariableName'), ''),
    values: objectsIn(fields.get('templateValues')).map((value) => ({
      name: text(value.get('name'), null),
      value: value.get('value'),
    })),
    shared: Object.fromEntries(fieldsOf(fields.get('commonVariableValues'))),
  };
}

/** Of 1.x, in the order in which they come; a text begins a new group. */
function categoriesOf(presets: unknown): readonly PresetSection[] {
  const sections = new Map<string, (PresetGroup & { readonly presets: string[] })[]>();
  for (const fields of objectsIn(presets)) {
    const category = text(fields.get('category'), '');
    const groups = sections.get(category) ?? [];
    sections.set(category, groups);
    const id = text(fields.get('id'), '');
    const last = groups.at(-1);
    if (fields.get('type') === 'text') groups.push(heading(id, fields));
    else if (last) last.presets.push(id);
    else groups.push(withoutHeading([id]));
  }
  return [...sections].map(([name, groups]) => ({ id: name, name, description: null, groups }));
}

function heading(id: string, fields: ReadonlyMap<string, unknown>) {
  const [name, description] = [text(fields.get('name'), null), text(fields.get('text'), null) || null];
  return { id, name, description, presets: [] as string[], template: null };
}

function withoutHeading(presets: string[]) {
  return { id: null, name: null, description: null, presets, template: null };
}
