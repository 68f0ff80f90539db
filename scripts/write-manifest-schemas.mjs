// Writes src/companion/registry/manifest-schema-*.ts: what the schemas that @companion-module/base ships say of the structure of a manifest, without what they say to people.
import { readFileSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import path from 'node:path';

const { resolve } = createRequire(import.meta.url);
const forPeople = new Set(['title', 'description', '$schema']);

export function manifestSchema(alias) {
  const file = path.join(path.dirname(resolve(`${alias}/package.json`)), 'assets', 'manifest.schema.json');
  return stripped(JSON.parse(readFileSync(file, 'utf8')));
}

/** The names under `properties` are fields of manifests, whatever they are called. */
function stripped(value, areNames = false) {
  if (Array.isArray(value)) return value.map((entry) => stripped(entry));
  if (typeof value !== 'object' || value === null) return value;
  const entries = Object.entries(value).filter(([key]) => areNames || !forPeople.has(key));
  return Object.fromEntries(
    entries.map(([key, inner]) => [key, stripped(inner, !areNames && key === 'properties')]),
  );
}

function write(generation, alias, version) {
  const text = `// Written by scripts/write-manifest-schemas.mjs.
/** The structure of \`companion/manifest.json\`, as the schema of \`@companion-module/base\` ${version} has it. */
export const manifestSchema${generation} = ${JSON.stringify(manifestSchema(alias))};
`;
  writeFileSync(
    path.join(import.meta.dirname, '..', 'src', 'companion', 'registry', `manifest-schema-${generation}.ts`),
    text,
  );
}

if (process.argv[1] === import.meta.filename) {
  write(1, 'companion-base-1-14', '1.14.1');
  write(2, 'companion-base-2-0', '2.0.4');
}
