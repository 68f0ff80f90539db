/** A JSON schema, as OpenAPI 3.1 has them. */
export type Schema = Readonly<Record<string, unknown>>;

/** An object that has all of these properties; later versions may add others. */
export function object(properties: Readonly<Record<string, Schema>>): Schema {
  return { type: 'object', properties, required: Object.keys(properties) };
}

export function array(items: Schema, description?: string): Schema {
  return { type: 'array', items, ...described(description) };
}

export function text(description?: string): Schema {
  return { type: 'string', ...described(description) };
}

export function number(description?: string): Schema {
  return { type: 'number', ...described(description) };
}

export function boolean(description?: string): Schema {
  return { type: 'boolean', ...described(description) };
}

/** A whole number, 0 or above. */
export function count(description?: string): Schema {
  return { type: 'integer', minimum: 0, ...described(description) };
}

/** A point in time. */
export function time(description = 'When it was.'): Schema {
  return number(`${description} Milliseconds since the epoch.`);
}

export function enumeration(values: readonly string[], description?: string): Schema {
  return { type: 'string', enum: values, ...described(description) };
}

/** The same or null. */
export function maybe(schema: Schema): Schema {
  const { enum: values } = schema as { enum?: readonly string[] };
  const type = [schema['type'], 'null'];
  return { ...schema, type, ...(values === undefined ? {} : { enum: [...values, null] }) };
}

/** One of the schemas of the document, by its name. */
export function reference(name: string): Schema {
  return { $ref: `#/components/schemas/${name}` };
}

function described(description: string | undefined): Schema {
  return description === undefined ? {} : { description };
}
