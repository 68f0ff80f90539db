import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';

it('companion-lite takes less than 300 lines over the library, its page apart', () => {
  const lines = ['main.js', 'app.js', 'server.js'].map((name) => {
    const text = readFileSync(join(import.meta.dirname, '../../examples/companion-lite', name), 'utf8');
    return text.split('\n').length - 1;
  });
  expect(lines.reduce((sum, count) => sum + count)).toBeLessThan(300);
});
