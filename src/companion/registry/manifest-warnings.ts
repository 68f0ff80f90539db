import { type OutputUnit, type Schema, Validator } from '@cfworker/json-schema';
import { apiLevel, since } from '../version.ts';
import { manifestSchema1 } from './manifest-schema-1.ts';
import { manifestSchema2 } from './manifest-schema-2.ts';

const first = new Validator(manifestSchema1 as unknown as Schema, '7', false);
const second = new Validator(manifestSchema2 as unknown as Schema, '2020-12', false);

/** What the schema that the SDK ships has against a manifest. The kind of runtime isn't its business: which ones there are is known better by whoever runs them. */
export function manifestWarnings(manifest: unknown, apiVersion: string | null): string[] {
  const validator = (apiLevel(apiVersion) ?? 0) >= since.ownEntry ? second : first;
  const { errors } = validator.validate(shortened(manifest));
  const leaves = errors.filter(
    ({ keyword, instanceLocation }) => !isFrame(keyword) && !isRuntime(instanceLocation),
  );
  return [...new Set(leaves.map(sentence))];
}

/** The validator compares each item of a list with each other one. */
const mostItems = 500;

function shortened(manifest: unknown): unknown {
  if (typeof manifest !== 'object' || manifest === null || Array.isArray(manifest)) return manifest;
  const fields = Object.entries(manifest).map(([name, value]: [string, unknown]) => [
    name,
    Array.isArray(value) ? value.slice(0, mostItems) : value,
  ]);
  return Object.fromEntries(fields);
}

/** Those that only say that something inside is wrong. */
function isFrame(keyword: string): boolean {
  return ['properties', 'items', '$ref', 'oneOf', 'patternProperties', 'false'].includes(keyword);
}

function isRuntime(location: string): boolean {
  return location === '#/runtime/type';
}

function sentence({ instanceLocation, error }: OutputUnit): string {
  const where = instanceLocation.replace(/^#\/?/, '').replaceAll('/', '.');
  return `${where === '' ? 'The manifest' : where}: ${error}`;
}
