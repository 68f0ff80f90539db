import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { onTestFinished } from 'vitest';

/** Writes a file of connections in a folder that lasts as long as the test; returns its path. */
export function connectionsFile(content: unknown): string {
  const folder = mkdtempSync(join(tmpdir(), 'greenroom-cli-'));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  return connectionsFileIn(folder, content);
}

/** Writes it into a folder; returns its path. */
export function connectionsFileIn(folder: string, content: unknown): string {
  const file = join(folder, 'greenroom.json');
  writeFileSync(file, typeof content === 'string' ? content : JSON.stringify(content));
  return file;
}
