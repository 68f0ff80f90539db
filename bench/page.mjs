// Writes docs/performance.md from saved results.
//   npm run bench -- --save bench/results/measured.json && npm run bench:page
import { writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { pageOf } from './page-text.mjs';
import { read } from './results.mjs';

const fileAt = (path) => fileURLToPath(new URL(path, import.meta.url));
writeFileSync(fileAt('../docs/performance.md'), pageOf(read(fileAt('results/measured.json'))));
