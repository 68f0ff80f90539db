/** Writes the JSON schema of the files of `greenroom run`, for editors. Needs a built `dist`. */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { jsonSchema } from '../dist/cli/file/schema.js';

const file = join(import.meta.dirname, '..', 'greenroom.schema.json');
writeFileSync(file, `${JSON.stringify(jsonSchema(), null, 2)}\n`);
